# about: sends to a datagram socket of the host, as those of logs and of systemd are
# bare: listener
# profiles: single tests
import socket

with attempt("a datagram to a file", silent=True):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hello", HOST["datagram"])
