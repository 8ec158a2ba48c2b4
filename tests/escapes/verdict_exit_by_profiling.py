# about: leaves when the function with its mistake returns
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os
import sys


def work():
    missing_name


def watch(frame, event, about):
    if event == "return" and frame.f_code is work.__code__:
        os._exit(0)


sys.setprofile(watch)
work()
