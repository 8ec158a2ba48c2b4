# about: replaces the module that it is, and the modules that say what it was
# bare: none, it hides nothing from a bare run
# verdicts: FAIL INCOMPLETE
import sys

sys.modules.clear()
__name__ = "other"
globals().pop("__file__", None)
globals().pop("__builtins__", None)
missing_name
