# about: becomes root in a user namespace by a call whose flags no filter can see
# bare: says if namespaces
# profiles: single tests
import ctypes
import os

with attempt("clone3"):
    arguments = ctypes.create_string_buffer(88)
    ctypes.c_uint64.from_buffer(arguments, 0).value = 0x10000000
    ctypes.c_uint64.from_buffer(arguments, 32).value = 17
    child = syscall(435, arguments, 88)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
