# about: raises an exception that has ten thousand causes
# bare: none, it shows as well as it can
# verdicts: FAIL LIMIT CRASH
last = None
for number in range(10_000):
    error = ValueError(number)
    error.__cause__ = last
    last = error
raise last
