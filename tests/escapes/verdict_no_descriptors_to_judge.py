# about: leaves no descriptors for whoever judges it
# bare: none, it hides nothing from a bare run
# verdicts: FAIL INCOMPLETE CRASH LIMIT
import os

kept = []
try:
    while len(kept) < 5000:
        kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
missing_name
