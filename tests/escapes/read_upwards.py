# about: climbs out of its folder
# bare: secret
# profiles: single tests
import os

climb = "../" * 30
with attempt("dots"):
    print(open(climb + HOST["key"]).read())
with attempt("dots from a descriptor"):
    here = os.open(".", os.O_PATH)
    print(os.read(os.open(climb + HOST["key"], os.O_RDONLY, dir_fd=here), 4096))
with attempt("dots through /proc"):
    print(open("/proc/self/cwd/" + climb + HOST["key"]).read())
with attempt("a new working folder"):
    os.chdir(HOST["home"])
    print(open(".ssh/id_ed25519").read())
