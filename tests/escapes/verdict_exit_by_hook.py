# about: its mistake is shown by a function of its own, which leaves
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os
import sys
import threading

sys.excepthook = lambda *about: os._exit(0)
sys.unraisablehook = sys.excepthook
threading.excepthook = sys.excepthook
missing_name
