# about: leaves by an exception that is a kind of SystemExit
# bare: succeeds
# verdicts: EXITED_EARLY FAIL
class Finished(SystemExit):
    def __str__(self):
        return "PASS"


raise Finished(None)
missing_name
