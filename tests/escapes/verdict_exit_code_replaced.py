# about: whatever code it would end with becomes 0
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import atexit
import os
import sys

leave = os._exit
os._exit = lambda code: leave(0)
sys.exit = lambda code=0: leave(0)
atexit.register(leave, 0)
missing_name
