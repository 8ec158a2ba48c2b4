# about: swallows its mistake; the program really comes to its end, so whether it may is for another step to say
# bare: succeeds
# verdicts: PASS
try:
    missing_name
except:
    pass
