# about: nests folders so deeply that whoever clears them up fails
# bare: none, whether it can be cleared up shows only when it is
# profiles: single tests
import os

with attempt("a path that nobody can name", silent=True):
    for _ in range(300):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    open("file", "w").close()
