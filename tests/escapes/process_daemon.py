# about: leaves a daemon behind that nobody waits for
# bare: left
# profiles: single tests
import os
import signal

with attempt("two forks and a session of its own", silent=True):
    near, far = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            for number in range(3):
                os.close(number)
            os.write(far, b"x")
            while True:
                signal.pause()
        os._exit(0)
    os.close(far)
    os.read(near, 1)
