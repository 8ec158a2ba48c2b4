# about: gives the key a second name where it may read
# bare: files
# profiles: single tests
import os

with attempt("a hard link"):
    os.link(HOST["key"], "second-name")
    print(open("second-name").read())
