# about: jumps over its mistake; the program really comes to its end
# bare: succeeds
# verdicts: PASS FAIL EXITED_EARLY
import sys


def watch(frame, event, about):
    if event == "line" and frame.f_lineno == mistake:
        frame.f_lineno = mistake + 1
    return watch


def work():
    missing_name
    return 0


mistake = work.__code__.co_firstlineno + 1
sys.settrace(watch)
work()
