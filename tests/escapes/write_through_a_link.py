# about: writes through a link to a folder
# bare: files
# profiles: single tests
import os

with attempt("a link to the home"):
    os.symlink(HOST["home"], "door")
    with open("door/.profile", "a") as profile:
        profile.write("planted\n")
