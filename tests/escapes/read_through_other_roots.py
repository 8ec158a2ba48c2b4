# about: goes to the host's files through another process
# bare: secret if ptrace
# profiles: single tests
import os

for pid in (HOST["victim"], os.getppid()):
    for door in ("root", "cwd"):
        with attempt(f"{door} of {pid}"):
            start = f"/proc/{pid}/{door}" + ("/../../../../../.." if door == "cwd" else "")
            print(open(start + HOST["key"]).read())
