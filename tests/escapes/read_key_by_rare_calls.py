# about: opens the key by calls that rules about open may miss
# bare: secret
# profiles: single tests
import ctypes
import os

path = HOST["key"].encode()
with attempt("openat2"):
    how = ctypes.create_string_buffer(24)
    print(os.read(syscall(437, -100, path, how, 24), 4096))
with attempt("opening for its place only, and again through /proc"):
    place = os.open(HOST["key"], os.O_PATH)
    print(open(f"/proc/self/fd/{place}").read())
with attempt("the library of C"):
    text = ctypes.create_string_buffer(4096)
    number = checked(libc().open(path, 0))
    checked(libc().pread(number, text, 4096, 0))
    print(text.value)
