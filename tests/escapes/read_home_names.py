# about: lists what the home has
# bare: says
# profiles: single tests
import glob
import os

with attempt("listdir"):
    os.listdir(HOST["home"])
with attempt("scandir of a folder in it"):
    list(os.scandir(HOST["home"] + "/notes"))
with attempt("a pattern"):
    if not glob.glob(HOST["home"] + "/*/*"):
        raise Refused("nothing found")
