# about: a process that shares no parent with its maker outlives it
# bare: left if x86_64
# profiles: single tests
import os
import signal

with attempt("clone with the parent's parent", silent=True):
    near, far = os.pipe()
    # CLONE_PARENT: the new one is a sister, not a child.
    if syscall(56, 0x8000, 0, 0, 0, 0) == 0:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.write(far, b"x")
        while True:
            signal.pause()
    os.close(far)
    os.read(near, 1)
