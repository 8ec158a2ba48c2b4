# about: connects without waiting for it, so that an error comes too late to be noticed
# bare: listener
# profiles: single tests
import select
import socket

with attempt("a connection that is not waited for", silent=True):
    door = socket.socket()
    door.setblocking(False)
    code = door.connect_ex(("127.0.0.1", HOST["tcp4"]))
    if code not in (0, 115):
        raise OSError(code, "refused")
    select.select([], [door], [], 5)
