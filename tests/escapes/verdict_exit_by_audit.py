# about: leaves when the interpreter is about to tell of its mistake
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os
import sys

sys.addaudithook(lambda event, about: event == "sys.excepthook" and os._exit(0))
missing_name
