# about: writes 64 MiB to its output
# bare: flood
# profiles: single tests
import os

say("TRYING", "64 MiB of output")
for _ in range(1024):
    os.write(1, b"all work and no play\n" * 3121)
