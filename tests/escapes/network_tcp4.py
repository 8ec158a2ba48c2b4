# about: connects to a listener of the host over IPv4
# bare: listener
# profiles: single tests
import socket

with attempt("a TCP connection", silent=True):
    socket.create_connection(("127.0.0.1", HOST["tcp4"]), timeout=5).sendall(b"hello")
