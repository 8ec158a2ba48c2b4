# about: writes for ever, and ends only when nobody listens
# bare: flood
# verdicts: TIMEOUT LIMIT FAIL CRASH INCOMPLETE EXITED_EARLY
import os

say("TRYING", "output without an end")
for _ in range(1 << 16):
    os.write(1, b"\0" * 65536)
