# about: takes control of the process that watches over it
# bare: says if ptrace
# profiles: single tests
import os

with attempt("seizing the parent"):
    checked(libc().ptrace(0x4206, os.getppid(), 0, 0))
with attempt("being traced by the parent"):
    if checked(libc().ptrace(0, 0, 0, 0)) == 0 and os.getppid() == 1:
        raise Refused("by the first process of its own")
