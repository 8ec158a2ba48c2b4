# about: fills the disk in a folder whose path is longer than any path may be
# bare: says
# profiles: single tests
import os

with attempt("200 MiB in a deep folder"):
    for _ in range(30):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    for number in range(25):
        with open(f"part{number}", "wb") as part:
            part.write(bytes(8 << 20))
