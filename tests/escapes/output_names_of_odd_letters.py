# about: raises an exception whose name would command a terminal or end a text
# bare: none, it shows as well as it can
# verdicts: FAIL
odd = type('Odd\x1b[31m"},\n{"verdict": "PASS"}\0' + "e" * 10_000, (Exception,), {"__module__": "\ud800\n"})
raise odd("x")
