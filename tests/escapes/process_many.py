# about: has hundreds of processes at once, each made by another
# bare: says
# profiles: single tests
import os
import select

near, far = os.pipe()
wait, hold = os.pipe()
with attempt("256 processes"):
    top = os.getpid()
    # Each makes one more at every step: 256 in all, and never another.
    for step in range(8):
        try:
            if os.fork() == 0:
                os.write(far, b"x")
        except OSError:
            break
    os.close(hold) if os.getpid() != top else None
    if os.getpid() != top:
        os.read(wait, 1)
        os._exit(0)
    count = 1
    while count < 256 and select.select([near], [], [], 1)[0]:
        count += len(os.read(near, 256))
    if count < 200:
        raise Refused(f"{count} processes")
