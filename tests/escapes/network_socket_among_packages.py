# about: connects to a socket that a tool left where the project keeps its packages
# bare: listener
# profiles: single tests
# project: yes

# The module below `socket`, which imports nothing of the project.
import _socket

with attempt("a socket in the project", silent=True):
    _socket.socket(_socket.AF_UNIX).connect(HOST["project"] + "/node_modules/tool/socket")
