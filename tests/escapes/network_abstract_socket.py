# about: connects to an abstract socket of the host, as those of X11 and D-Bus are
# bare: listener
# profiles: single tests
import socket

with attempt("an abstract socket", silent=True):
    socket.socket(socket.AF_UNIX).connect("\0" + HOST["abstract"])
