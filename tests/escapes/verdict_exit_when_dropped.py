# about: its mistake happens, and an object that is dropped then hides it
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os


class Last:
    def __del__(self, leave=os._exit):
        leave(0)


def work():
    last = Last()
    missing_name


try:
    work()
finally:
    del work
    keep = Last()
    del keep
