# about: kills another process of the same user
# bare: victim
# profiles: single tests
import os
import signal

with attempt("kill"):
    os.kill(HOST["victim"], signal.SIGKILL)
