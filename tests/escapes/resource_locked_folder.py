# about: locks its own folder, so that whoever clears it up fails
# bare: none, whether it can be cleared up shows only when it is
# profiles: single tests
import os

with attempt("a locked folder", silent=True):
    os.makedirs("outer/inner")
    open("outer/inner/file", "w").close()
    os.chmod("outer/inner", 0)
    os.chmod("outer", 0o500)
    os.chmod(".", 0o500)
