# about: gives a key to somebody else
# bare: files if root
# profiles: single tests
import os

with attempt("chown", silent=True):
    os.chown(HOST["key"], 12345, 12345)
with attempt("lchown", silent=True):
    os.lchown(HOST["project"] + "/shortcut", 12345, 12345)
