# about: puts poisoned bytecode and start-up files next to the project's modules
# bare: files
# profiles: single tests
# project: yes
import os
import sys

os.chdir(HOST["project"])
for path in (
    f"__pycache__/app.{sys.implementation.cache_tag}.pyc",
    ".git/hooks/pre-commit",
    ".venv/bin/python",
    "service/conftest.py",
    "planted.pth",
):
    with attempt(path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        open(path, "wb").close()
