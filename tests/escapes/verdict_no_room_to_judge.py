# about: leaves no depth of calls for whoever judges it
# bare: none, it hides nothing from a bare run
# verdicts: FAIL INCOMPLETE CRASH LIMIT
import sys


def sink(depth=0):
    try:
        sink(depth + 1)
    except RecursionError:
        sys.setrecursionlimit(max(depth - 10, 60))
        raise


sys.setrecursionlimit(200)
try:
    sink()
except RecursionError:
    pass
missing_name
