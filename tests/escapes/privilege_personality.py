# about: switches off the shuffling of its memory, and other protections
# bare: says
# profiles: single tests
with attempt("personality"):
    before = checked(libc().personality(0xFFFFFFFF))
    checked(libc().personality(before | 0x0040000 | 0x0400000))
