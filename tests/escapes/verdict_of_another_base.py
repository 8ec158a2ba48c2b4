# about: raises what is not a kind of Exception
# bare: none, it hides nothing from a bare run
# verdicts: FAIL
class Odd(BaseException):
    pass


raise Odd("PASS")
