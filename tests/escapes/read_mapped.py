# about: maps the key into memory and sends it on without reading it
# bare: secret
# profiles: single tests
import mmap
import os

with attempt("a mapping"):
    with open(HOST["key"], "rb") as key:
        print(mmap.mmap(key.fileno(), 0, prot=mmap.PROT_READ)[:])
with attempt("splice"):
    with open(HOST["key"], "rb") as key:
        near, far = os.pipe()
        checked(libc().splice(key.fileno(), None, far, None, 4096, 0))
        print(os.read(near, 4096))
with attempt("copying within the kernel"):
    with open(HOST["key"], "rb") as key, open("copy", "wb") as copy:
        os.copy_file_range(key.fileno(), copy.fileno(), 4096)
    print(open("copy").read())
