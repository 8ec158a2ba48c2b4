# about: has the kernel send a signal for it, by giving a descriptor's events to another process
# bare: victim
# profiles: single tests
import fcntl
import os
import signal
import socket

F_SETSIG = 10
near, far = socket.socketpair()
for number in (signal.SIGKILL, 0):
    with attempt(f"events as signal {number}", silent=True):
        fcntl.fcntl(near, fcntl.F_SETOWN, HOST["victim"])
        fcntl.fcntl(near, F_SETSIG, int(number))
        fcntl.fcntl(near, fcntl.F_SETFL, os.O_ASYNC)
        far.send(b"x")
near, far = os.pipe()
with attempt("events of a pipe", silent=True):
    fcntl.fcntl(near, fcntl.F_SETOWN, HOST["victim"])
    fcntl.fcntl(near, F_SETSIG, int(signal.SIGKILL))
    fcntl.fcntl(near, fcntl.F_SETFL, os.O_ASYNC)
    os.write(far, b"x")
