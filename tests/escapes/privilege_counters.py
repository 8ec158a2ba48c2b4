# about: reads counters of the processor, through which secrets leak
# bare: says if root x86_64 kernel
# profiles: single tests
import ctypes

with attempt("perf_event_open"):
    about = ctypes.create_string_buffer(128)
    ctypes.c_uint32.from_buffer(about, 0).value = 1
    ctypes.c_uint32.from_buffer(about, 4).value = 128
    syscall(298, about, 0, -1, -1, 0)
