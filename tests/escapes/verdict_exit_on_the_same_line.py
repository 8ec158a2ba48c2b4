# about: leaves on the line of its last statement, before it
# bare: succeeds
# verdicts: EXITED_EARLY FAIL
import sys

sys.exit(0); missing_name
