# about: is done, but for a thread that never ends
# bare: outlives
# verdicts: TIMEOUT LIMIT
import threading

threading.Thread(target=threading.Event().wait, daemon=False).start()
say("TRYING", "a thread that outlives the program")
