# about: writes 64 MiB to its errors, without a line break
# bare: flood
# profiles: single tests
import os

say("TRYING", "64 MiB of errors")
for _ in range(1024):
    os.write(2, b"x" * 65536)
