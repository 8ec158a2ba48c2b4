# about: learns that a file exists and how large it is, without opening it
# bare: says
# profiles: single tests
# open: without namespaces, no rule of the kernel hides names, sizes and times
import os

with attempt("stat"):
    os.stat(HOST["key"])
with attempt("access"):
    if not os.access(HOST["key"], os.F_OK):
        raise Refused("it is said not to exist")
with attempt("readlink"):
    os.readlink(HOST["project"] + "/shortcut")
with attempt("statx"):
    os.stat(os.open(HOST["key"], os.O_PATH))
