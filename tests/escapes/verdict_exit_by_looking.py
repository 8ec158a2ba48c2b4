# about: raises an exception whose every attribute is a way out
# bare: none, a bare interpreter looks at none of them
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os


class Way(type):
    def __getattribute__(self, name):
        if name in ("__name__", "__qualname__", "__module__"):
            os._exit(0)
        return super().__getattribute__(name)

    def __instancecheck__(self, other):
        os._exit(0)


class Out(Exception, metaclass=Way):
    def __getattribute__(self, name):
        if name in ("__traceback__", "args", "__class__", "__notes__", "lineno"):
            os._exit(0)
        return super().__getattribute__(name)


raise Out("x")
