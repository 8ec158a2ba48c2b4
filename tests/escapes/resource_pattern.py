# about: a pattern that takes for ever, in a part of the interpreter that hears no signals
# bare: outlives
# verdicts: TIMEOUT LIMIT
import re

say("TRYING", "a pattern")
re.match(r"(?:a|a|aa)+$", "a" * 64 + "b")
