# about: waits for ever
# bare: outlives
# profiles: single tests
# verdicts: TIMEOUT LIMIT
import threading

say("TRYING", "waiting")
threading.Event().wait()
