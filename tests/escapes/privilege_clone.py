# about: becomes root in a user namespace by clone
# bare: says if namespaces x86_64
# profiles: single tests
import os
import signal

with attempt("clone"):
    child = syscall(56, 0x10000000 | int(signal.SIGCHLD), 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
