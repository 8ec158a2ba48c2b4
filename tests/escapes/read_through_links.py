# about: puts a link to the key where it may read
# bare: secret
# profiles: single tests
import os
import tempfile

folder = tempfile.mkdtemp()
with attempt("a symbolic link"):
    os.symlink(HOST["key"], folder + "/soft")
    print(open(folder + "/soft").read())
with attempt("a link to a folder"):
    os.symlink(HOST["home"], folder + "/door")
    print(open(folder + "/door/.ssh/id_ed25519").read())
with attempt("a link of a link"):
    os.symlink("/proc/self/root" + HOST["key"], folder + "/far")
    print(open(folder + "/far").read())
