# about: recurses as deeply as the interpreter allows
# bare: fine
# profiles: single tests
# verdicts: PASS
def depth(number):
    return 0 if number == 0 else 1 + depth(number - 1)


assert depth(900) == 900
try:
    depth(10**6)
except RecursionError:
    print("fine")
