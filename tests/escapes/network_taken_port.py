# about: a port that cannot be taken tells that somebody of the same network has it
# bare: says
# profiles: single tests
import errno
import socket

with attempt("the host's own port"):
    try:
        socket.socket().bind(("127.0.0.1", HOST["tcp4"]))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    else:
        raise Refused("the port is free here")
