# about: ends itself by a signal that nobody can catch
# bare: crash
# profiles: single tests
# verdicts: CRASH
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
