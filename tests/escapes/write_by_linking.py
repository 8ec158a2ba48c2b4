# about: gives a file of its own a name in the home
# bare: files
# profiles: single tests
import os

open("mine", "w").close()
with attempt("a hard link out"):
    os.link("mine", HOST["home"] + "/planted")
with attempt("a symbolic link out"):
    os.symlink("/", HOST["home"] + "/planted-too")
