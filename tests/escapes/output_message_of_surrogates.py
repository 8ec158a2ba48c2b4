# about: raises an exception whose message no encoding can write
# bare: none, it shows as well as it can
# profiles: single tests
# verdicts: FAIL
raise ValueError("\ud800\udfff\x00\x1b]0;x\x07\u202e")
