# about: makes a file that claims a terabyte
# bare: says
# profiles: single tests
import os

with attempt("a terabyte"):
    with open("sparse", "wb") as sparse:
        os.truncate(sparse.fileno(), 1 << 40)
