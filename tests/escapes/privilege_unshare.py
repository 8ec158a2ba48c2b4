# about: becomes root in a user namespace of its own, where more of the kernel can be attacked
# bare: says if namespaces
# profiles: single tests
with attempt("unshare"):
    checked(libc().unshare(0x10000000))
with attempt("unshare of mounts and network too"):
    checked(libc().unshare(0x10000000 | 0x00020000 | 0x40000000))
