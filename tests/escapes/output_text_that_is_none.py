# about: raises an exception whose text is of another type
# bare: none, it shows as well as it can
# verdicts: FAIL
class Other(Exception):
    def __str__(self):
        return 5


raise Other
