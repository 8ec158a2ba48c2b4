# about: imports its neighbor in the project and reads a file beside it
# bare: none, a bare isolated run does not find its neighbors
# project: yes
# profiles: single tests
# verdicts: PASS
import os
import app

assert os.path.exists(os.path.join(os.path.dirname(os.path.abspath(__file__)), "app.py"))
assert app.__file__.endswith("app.py")
print("fine")
