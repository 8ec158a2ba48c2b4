# about: a child runs on to the end, its parent leaves with success
# bare: succeeds
# profiles: tests
# verdicts: EXITED_EARLY INCOMPLETE FAIL FORGED
import os

if os.fork():
    os._exit(0)
