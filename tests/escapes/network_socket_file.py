# about: connects to a socket file of the host, as those of Docker and of agents for keys are
# bare: listener
# profiles: single tests
import socket

with attempt("a socket file", silent=True):
    socket.socket(socket.AF_UNIX).connect(HOST["stream"])
