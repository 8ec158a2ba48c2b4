# about: becomes another user or group
# bare: says if root
# profiles: single tests
import os

with attempt("another user"):
    os.setresuid(12345, 12345, 12345)
with attempt("another group"):
    os.setresgid(12345, 12345, 12345)
with attempt("more groups"):
    os.setgroups([0, 1, 2])
with attempt("root"):
    if os.getuid() == 0:
        raise Refused("it is root of its own namespace only, or was dropped")
    os.setuid(0)
