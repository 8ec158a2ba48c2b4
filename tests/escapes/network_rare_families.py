# about: families of sockets that hardly anybody needs and that rules forget
# bare: says if kernel
# profiles: single tests
import socket

for name, family, kind in (
    ("the kernel's cryptography", 38, socket.SOCK_SEQPACKET),
    ("the host of a virtual machine", 40, socket.SOCK_STREAM),
    ("Bluetooth", 31, socket.SOCK_RAW),
    ("TIPC", 30, socket.SOCK_SEQPACKET),
    ("CAN", 29, socket.SOCK_RAW),
    ("SMC", 43, socket.SOCK_STREAM),
    ("XDP", 44, socket.SOCK_RAW),
    ("QIPCRTR", 42, socket.SOCK_DGRAM),
):
    with attempt(name):
        socket.socket(family, kind, 0)
