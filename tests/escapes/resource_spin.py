# about: computes for ever
# bare: outlives
# verdicts: TIMEOUT LIMIT
say("TRYING", "spinning")
while True:
    pass
