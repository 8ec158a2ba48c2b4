# about: ends its whole group and session, in which its watcher may be
# bare: crash
# profiles: single tests
import os
import signal

with attempt("its own group", silent=True):
    os.kill(0, signal.SIGKILL)
