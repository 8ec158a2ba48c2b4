# about: takes 640 MiB of memory by eight processes, none of which has too much
# bare: says
# profiles: single tests
import os

with attempt("8 times 80 MiB"):
    ready, tell = os.pipe()
    wait, hold = os.pipe()
    for _ in range(8):
        if os.fork() == 0:
            os.close(hold)
            try:
                kept = bytearray(b"x" * (80 << 20))
                os.write(tell, b"x")
                os.read(wait, 1)
            finally:
                os._exit(0)
    os.close(tell)
    got = 0
    while got < 8:
        count = len(os.read(ready, 8))
        if not count:
            raise Refused(f"{got} of 8")
        got += count
