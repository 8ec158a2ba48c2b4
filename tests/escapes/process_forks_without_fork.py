# about: makes a process by calls that are not named fork
# bare: says if x86_64
import ctypes
import os

with attempt("vfork by number"):
    # A child that shares nothing; the number of clone with SIGCHLD alone.
    child = syscall(56, 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
with attempt("clone3"):
    arguments = ctypes.create_string_buffer(88)
    ctypes.c_uint64.from_buffer(arguments, 32).value = 17
    child = syscall(435, arguments, 88)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
with attempt("posix_spawn"):
    child = os.posix_spawn("/bin/true", ["true"], {})
    if os.waitpid(child, 0)[1]:
        raise Refused("it did not run")
