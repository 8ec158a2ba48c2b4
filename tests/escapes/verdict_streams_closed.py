# about: closes its output and its errors before its mistake
# bare: none, it hides nothing from a bare run but its text
# profiles: single tests
# verdicts: FAIL INCOMPLETE
import os
import sys

sys.stdout.close()
sys.stderr = None
sys.__stderr__ = None
os.close(2)
missing_name
