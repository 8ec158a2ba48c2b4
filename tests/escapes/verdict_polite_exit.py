# about: leaves by an exception, before its mistake
# bare: succeeds
# profiles: single tests
# verdicts: EXITED_EARLY
import sys

sys.exit(0)
missing_name
