# about: empties a file of the home without opening it
# bare: files
# profiles: single tests
import os

with attempt("truncate"):
    os.truncate(HOST["home"] + "/.profile", 0)
