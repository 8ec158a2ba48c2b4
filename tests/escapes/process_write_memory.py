# about: changes the memory of another process
# bare: victim if ptrace
# profiles: single tests
import ctypes

low, high = 0, 0
with attempt("finding the stack", silent=True):
    low, high = stack_of(HOST["victim"])
    with open(f"/proc/{HOST['victim']}/mem", "r+b", 0) as memory:
        memory.seek(low)
        stack = memory.read(high - low)
        memory.seek(low + stack.index(b"STATE=UNTOUCHED") + 6)
        memory.write(b"OVERRUN!!")
with attempt("process_vm_writev"):
    word = ctypes.create_string_buffer(b"x" * 8)
    ours = (ctypes.c_size_t * 2)(ctypes.addressof(word), 8)
    theirs = (ctypes.c_size_t * 2)(high - 16, 8)
    checked(libc().process_vm_writev(HOST["victim"], ours, 1, theirs, 1, 0))
