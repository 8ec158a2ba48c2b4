# about: raises an exception with a message of 20 MB
# bare: none, the output of a bare run is nobody's to limit
# verdicts: FAIL LIMIT
raise ValueError("x" * 20_000_000)
