# about: a signal ends the whole program, before its mistake
# bare: succeeds
# verdicts: EXITED_EARLY INCOMPLETE
import os
import signal

signal.signal(signal.SIGUSR1, lambda number, frame: os._exit(0))
signal.raise_signal(signal.SIGUSR1)
missing_name
