# about: multipath TCP is another protocol for rules about TCP, but arrives at the same listener
# bare: listener if mptcp
# profiles: single tests
import socket

with attempt("a multipath connection", silent=True):
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    door.connect(("127.0.0.1", HOST["tcp4"]))
