# about: becomes an interpreter that runs something else
# bare: succeeds
# profiles: single tests
# verdicts: EXITED_EARLY INCOMPLETE FAIL INCONCLUSIVE CRASH
import os
import sys

os.execv(sys.executable, [sys.executable, "-c", "print('all is well')"])
