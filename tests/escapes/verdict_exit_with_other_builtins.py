# about: leaves early, after replacing what could tell that it was early
# bare: succeeds
# verdicts: EXITED_EARLY FAIL FORGED INCOMPLETE
import builtins
import sys


class Tree:
    body = []


builtins.compile = lambda *arguments, **named: Tree
builtins.int = lambda *arguments: 1
builtins.type = lambda *arguments: Tree
sys.exit(0)
missing_name
