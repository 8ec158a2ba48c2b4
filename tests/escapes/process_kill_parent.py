# about: kills the process that watches over it and lives on
# bare: crash
# profiles: single tests
import os
import signal

signal.signal(signal.SIGHUP, signal.SIG_IGN)
with attempt("killing the parent", silent=True):
    before = os.getppid()
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.kill(before, number)
