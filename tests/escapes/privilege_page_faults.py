# about: handles page faults itself, a favorite helper of attacks on the kernel
# bare: says if x86_64 kernel
# profiles: single tests
with attempt("userfaultfd"):
    syscall(323, 1)
