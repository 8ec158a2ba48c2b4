# about: leaves a daemon behind that keeps the output open, so that whoever reads to its end waits for ever
# bare: left
# profiles: single tests
import os
import signal

with attempt("a daemon with an open output", silent=True):
    near, far = os.pipe()
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        if os.fork() == 0:
            os.write(far, b"x")
            while True:
                signal.pause()
        os._exit(0)
    os.close(far)
    os.read(near, 1)
