# about: becomes another program, which does nothing and succeeds
# bare: succeeds
# profiles: single tests
# verdicts: EXITED_EARLY INCOMPLETE FAIL INCONCLUSIVE CRASH
import os

os.execv("/bin/true", ["true"])
