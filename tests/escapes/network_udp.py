# about: sends a datagram to the host
# bare: listener
# profiles: single tests
import socket

with attempt("a datagram", silent=True):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"secret.example", ("127.0.0.1", HOST["udp"]))
with attempt("a datagram over a connection", silent=True):
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.connect(("127.0.0.1", HOST["udp"]))
    door.send(b"secret.example")
