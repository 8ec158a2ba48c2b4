# about: stops the process that watches over it, so that no deadline is kept, and goes on
# bare: outlives
# profiles: single tests
# verdicts: TIMEOUT LIMIT
import os
import signal

with attempt("stopping the parent", silent=True):
    os.kill(os.getppid(), signal.SIGSTOP)
while True:
    signal.pause()
