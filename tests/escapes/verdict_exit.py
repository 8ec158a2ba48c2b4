# about: leaves at once, before its mistake
# bare: succeeds
# profiles: single tests
# verdicts: EXITED_EARLY
import os

os._exit(0)
missing_name
