# about: has capabilities of root
# bare: says if root
# profiles: single tests
import os

with attempt("effective, permitted, inheritable or ambient ones"):
    from ctypes import c_uint32

    head = (c_uint32 * 2)(0x20080522, 0)
    sets = (c_uint32 * 6)()
    checked(libc().capget(head, sets))
    if not any(sets):
        raise Refused("there are none")
with attempt("keeping them over a change of user"):
    checked(libc().prctl(8, 1, 0, 0, 0))
    raise Refused("there are none to keep")
