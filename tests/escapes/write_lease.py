# about: makes everybody else wait who wants to write a file that it may only read
# bare: says
# profiles: single tests
# project: yes
import fcntl
import os

with attempt("a lease"):
    app = os.open(HOST["project"] + "/app.py", os.O_RDONLY)
    fcntl.fcntl(app, fcntl.F_SETLEASE, fcntl.F_RDLCK)
