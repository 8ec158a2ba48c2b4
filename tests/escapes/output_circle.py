# about: raises an exception that is its own cause
# bare: none, it shows as well as it can
# verdicts: FAIL
first, second = ValueError("first"), ValueError("second")
first.__cause__, second.__cause__ = second, first
raise first
