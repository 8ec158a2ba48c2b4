# about: TCP fast open connects by sending, without any call that is named connect
# bare: listener
# profiles: single tests
import socket

with attempt("a connection by sendto", silent=True):
    door = socket.socket()
    door.sendto(b"hello", socket.MSG_FASTOPEN, ("127.0.0.1", HOST["tcp4"]))
with attempt("a connection by sendmsg", silent=True):
    door = socket.socket()
    door.sendmsg([b"hello"], [], socket.MSG_FASTOPEN, ("127.0.0.1", HOST["tcp4"]))
