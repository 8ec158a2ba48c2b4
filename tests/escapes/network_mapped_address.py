# about: reaches an IPv4 listener through an IPv6 socket and a mapped address
# bare: listener if ipv6
# profiles: single tests
import socket

with attempt("a mapped address", silent=True):
    door = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    door.connect(("::ffff:127.0.0.1", HOST["tcp4"]))
