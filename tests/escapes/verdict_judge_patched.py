# about: looks for whoever judges it among its callers, and changes what that one will do next
# bare: none, a bare program has no callers
# verdicts: FAIL INCOMPLETE EXITED_EARLY FORGED CRASH INCONCLUSIVE
import sys

frame = sys._getframe().f_back
while frame:
    for name, value in list(frame.f_globals.items()):
        if callable(value) and getattr(value, "__module__", None) == frame.f_globals.get("__name__"):
            frame.f_globals[name] = lambda *arguments, **named: None
    for name in list(frame.f_locals):
        try:
            frame.f_locals[name] = None
        except (TypeError, ValueError):
            pass
    frame = frame.f_back
missing_name
