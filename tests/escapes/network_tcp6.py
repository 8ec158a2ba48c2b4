# about: connects to a listener of the host over IPv6
# bare: listener if ipv6
# profiles: single tests
import socket

with attempt("a TCP connection over IPv6", silent=True):
    socket.create_connection(("::1", HOST["tcp6"]), timeout=5)
