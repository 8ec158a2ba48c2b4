# about: a pair of sockets is harmless, until one of them sends to another address than its partner's
# bare: listener
# profiles: single tests
import socket

for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
    with attempt(f"sendmsg from a pair of {kind!r}", silent=True):
        door, _ = socket.socketpair(socket.AF_UNIX, kind)
        door.sendmsg([b"hello"], [], 0, HOST["datagram"])
    with attempt(f"connecting one of a pair of {kind!r}", silent=True):
        door, _ = socket.socketpair(socket.AF_UNIX, kind)
        door.connect(HOST["datagram"])
