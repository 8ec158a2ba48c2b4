# about: opens a key to everybody
# bare: files
# profiles: single tests
import os

with attempt("chmod", silent=True):
    os.chmod(HOST["key"], 0o777)
with attempt("chmod of a folder", silent=True):
    os.chmod(HOST["home"] + "/notes", 0o777)
with attempt("chmod by descriptor", silent=True):
    os.chmod(os.open(HOST["home"] + "/.profile", os.O_RDONLY), 0o777)
with attempt("fchmodat2", silent=True):
    syscall(452, -100, HOST["key"].encode(), 0o666, 0)
