# about: raises an exception whose names are no names
# bare: none, it shows as well as it can
# verdicts: FAIL
class Blank(Exception):
    pass


Blank.__module__ = 5
Blank.__qualname__ = ""
raise Blank
