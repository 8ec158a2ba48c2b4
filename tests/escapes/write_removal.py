# about: removes files and folders of the home
# bare: files
# profiles: single tests
import os
import shutil

with attempt("unlink"):
    os.unlink(HOST["home"] + "/.profile")
with attempt("a whole folder"):
    shutil.rmtree(HOST["home"] + "/notes")
