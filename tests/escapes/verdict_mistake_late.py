# about: its mistake happens when it is over
# bare: succeeds
# verdicts: PASS FAIL INCONCLUSIVE
import atexit

atexit.register(lambda: missing_name)
