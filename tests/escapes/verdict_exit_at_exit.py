# about: its mistake happens, and what it left for its exit hides it
# bare: succeeds
# profiles: single tests
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import atexit
import os

atexit.register(os._exit, 0)
missing_name
