# about: takes 640 MiB of the kernel's memory by filling pairs of sockets, none of whose owners has too much
# bare: says
# profiles: tests
import os
import socket

with attempt("40 times 16 MiB in sockets"):
    ready, tell = os.pipe()
    wait, hold = os.pipe()
    for _ in range(40):
        if os.fork() == 0:
            os.close(hold)
            held, kept = 0, []
            try:
                while held < 16 << 20:
                    pair = socket.socketpair()
                    kept.append(pair)
                    for end in pair:
                        end.setblocking(False)
                        try:
                            while True:
                                held += end.send(bytes(1 << 16))
                        except BlockingIOError:
                            pass
                os.write(tell, b"x")
                os.read(wait, 1)
            finally:
                os._exit(0)
    os.close(tell)
    got = 0
    while got < 40:
        count = len(os.read(ready, 64))
        if not count:
            raise Refused(f"{got} of 40")
        got += count
