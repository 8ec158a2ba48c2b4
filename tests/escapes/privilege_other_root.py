# about: chooses another root folder, from which the way up is open
# bare: says if root
# profiles: single tests
import os

with attempt("chroot"):
    here = os.open(".", os.O_RDONLY)
    os.makedirs("inner", exist_ok=True)
    os.chroot("inner")
    os.fchdir(here)
    for _ in range(40):
        os.chdir("..")
    os.chroot(".")
with attempt("pivot_root"):
    checked(libc().pivot_root(b".", b"."))
