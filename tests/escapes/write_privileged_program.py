# about: makes a program that runs with its owner's rights, whoever starts it
# bare: says
# profiles: single tests
import os
import stat

with open("program", "w") as program:
    program.write("#!/bin/sh\n")
for mode in (0o4755, 0o2755):
    with attempt(f"mode {mode:o}"):
        os.chmod("program", mode)
        if not os.stat("program").st_mode & (stat.S_ISUID | stat.S_ISGID):
            raise Refused("the mode was not kept")
