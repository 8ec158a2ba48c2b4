# about: a ring of io_uring opens sockets and files past every filter of system calls
# bare: says if io_uring
# profiles: single tests
import ctypes

with attempt("a ring"):
    syscall(425, 4, ctypes.create_string_buffer(120))
