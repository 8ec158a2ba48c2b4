# about: is interrupted, as if by a person
# bare: crash
# profiles: single tests
# verdicts: FAIL CRASH
import signal

signal.raise_signal(signal.SIGINT)
