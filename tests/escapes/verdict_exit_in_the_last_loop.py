# about: leaves within its last statement, before the mistake in it
# bare: succeeds
# verdicts: EXITED_EARLY FAIL
import sys

for _ in range(1):
    sys.exit(0)
    missing_name
