# about: raises an exception whose text is never ready
# bare: outlives
# verdicts: TIMEOUT LIMIT FAIL
import threading


class Slow(Exception):
    def __str__(self):
        threading.Event().wait()


raise Slow
