# about: is done, but for what it does at its exit
# bare: outlives
# verdicts: TIMEOUT LIMIT
import atexit
import threading

atexit.register(threading.Event().wait)
say("TRYING", "an exit that never ends")
