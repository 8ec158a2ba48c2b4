# about: changes, replaces and adds files of the project that it is part of
# bare: files
# profiles: single tests
# project: yes
import os

with attempt("another file"):
    with open(HOST["project"] + "/app.py", "a") as app:
        app.write("import planted\n")
with attempt("a new file"):
    open(HOST["project"] + "/planted.py", "w").close()
with attempt("itself"):
    with open(__file__, "a") as program:
        program.write("\n")
with attempt("the working folder", silent=True):
    with open("app.py", "a") as app:
        app.write("import planted\n")
