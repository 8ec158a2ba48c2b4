# about: reads the memory of another process by a call of its own
# bare: secret if ptrace
# profiles: single tests
import ctypes

with attempt("process_vm_readv"):
    low, high = stack_of(HOST["victim"])
    text = ctypes.create_string_buffer(high - low)
    ours = (ctypes.c_size_t * 2)(ctypes.addressof(text), len(text))
    theirs = (ctypes.c_size_t * 2)(low, high - low)
    checked(libc().process_vm_readv(HOST["victim"], ours, 1, theirs, 1, 0))
    print(text.raw.decode("latin-1").replace("\0", "\n"))
