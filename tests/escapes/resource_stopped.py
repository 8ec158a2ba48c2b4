# about: stops itself, so that whoever waits for its end waits for ever
# bare: outlives
# profiles: single tests
# verdicts: TIMEOUT LIMIT
import os
import signal

say("TRYING", "stopping itself")
while True:
    os.kill(os.getpid(), signal.SIGSTOP)
    signal.pause()
