# about: mounts a file system, and makes a mounted one writable
# bare: says if root
# profiles: single tests
import os

os.makedirs("place", exist_ok=True)
with attempt("a file system in memory"):
    checked(libc().mount(b"none", b"place", b"tmpfs", 0, None))
    libc().umount2(b"place", 2)
with attempt("a second place for the same"):
    checked(libc().mount(b".", b"place", None, 4096, None))
    libc().umount2(b"place", 2)
if not os.path.exists(HOST["home"]):
    # Only where the root is no longer the machine's.
    with attempt("its own root, writable"):
        checked(libc().mount(None, b"/", None, 4096 | 32, None))
