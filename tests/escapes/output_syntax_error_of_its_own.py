# about: raises a syntax error that claims to be anywhere
# bare: none, it shows as well as it can
# verdicts: FAIL
raise SyntaxError("no", ("\x1b]0;x\x07", -(1 << 80), 1 << 80, "x" * 1_000_000, None, "y"))
