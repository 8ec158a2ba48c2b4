# about: uses up the stack below the interpreter
# bare: crash
# verdicts: CRASH LIMIT
import ctypes

say("TRYING", "a deep stack")
kind = ctypes.CFUNCTYPE(None)


def deeper():
    kind(deeper)()


import sys

sys.setrecursionlimit(1 << 30)
deeper()
