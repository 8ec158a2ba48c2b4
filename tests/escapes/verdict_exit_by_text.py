# about: raises an exception that leaves when somebody asks for its text
# bare: succeeds
# verdicts: FAIL EXITED_EARLY INCOMPLETE
import os


class Trap(Exception):
    def __str__(self):
        os._exit(0)

    __repr__ = __str__


raise Trap
