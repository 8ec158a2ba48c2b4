# about: a number that takes for ever, in a part of the interpreter that hears no signals
# bare: outlives
# verdicts: TIMEOUT LIMIT
say("TRYING", "a number")
pow(3, 10**10)
