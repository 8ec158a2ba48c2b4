# about: loads programs into the kernel
# bare: says if root x86_64
# profiles: single tests
import ctypes

with attempt("a map of bpf"):
    syscall(321, 0, ctypes.create_string_buffer(b"\x02\0\0\0\x04\0\0\0\x04\0\0\0\x01\0\0\0", 120), 120)
