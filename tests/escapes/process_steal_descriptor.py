# about: takes an open file out of another process
# bare: secret if ptrace
# profiles: single tests
import os

with attempt("pidfd_getfd"):
    process = os.pidfd_open(HOST["victim"])
    print(os.pread(syscall(438, process, 2, 0), 4096, 0))
with attempt("the other's descriptors in /proc"):
    print(open(f"/proc/{HOST['victim']}/fd/2").read())
