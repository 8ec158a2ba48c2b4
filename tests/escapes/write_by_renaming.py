# about: renames files over those of the home, exchanges them, and moves them away
# bare: files
# profiles: single tests
import os

open("mine", "w").close()
with attempt("renaming over"):
    os.rename("mine", HOST["home"] + "/.profile")
open("mine", "w").close()
with attempt("exchanging"):
    checked(libc().renameat2(-100, b"mine", -100, (HOST["home"] + "/notes/todo.txt").encode(), 2))
with attempt("moving away"):
    os.rename(HOST["home"] + "/notes", "taken")
