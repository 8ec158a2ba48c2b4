# about: the interpreter tells it of its mistake before anybody else, and it leaves
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os
import sys


def watch(frame, event, about):
    if event == "exception":
        os._exit(0)
    return watch


sys.settrace(watch)


def work():
    missing_name


work()
