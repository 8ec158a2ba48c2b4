# about: takes memory of the kernel by filling pipes
# bare: says
# profiles: single tests
import fcntl
import os

with attempt("48 MiB in pipes"):
    held, kept = 0, []
    while held < 48 << 20:
        near, far = os.pipe()
        kept.append((near, far))
        os.set_blocking(far, False)
        try:
            fcntl.fcntl(far, fcntl.F_SETPIPE_SZ, 1 << 20)
        except OSError:
            if len(kept) > 900:
                raise
        held += os.write(far, bytes(1 << 20))
