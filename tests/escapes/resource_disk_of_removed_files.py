# about: fills the disk by files that are removed while they are open, and so are found nowhere
# bare: says
# profiles: single tests
import os

with attempt("200 MiB in removed files"):
    kept = []
    for number in range(25):
        part = open("part", "wb")
        os.unlink("part")
        part.write(bytes(8 << 20))
        part.flush()
        kept.append(part)
