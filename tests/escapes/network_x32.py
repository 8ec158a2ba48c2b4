# about: opens a socket by the numbers of the x32 interface
# bare: says if x86_64 kernel
# profiles: single tests
with attempt("socket of x32"):
    syscall(0x40000000 | 41, 2, 1, 0)
