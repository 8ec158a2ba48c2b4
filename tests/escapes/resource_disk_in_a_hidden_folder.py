# about: fills the disk in a folder that it may enter and nobody may list
# bare: says
# profiles: single tests
import os

os.mkdir("hidden", 0o300)
with attempt("200 MiB in a hidden folder"):
    for number in range(25):
        with open(f"hidden/part{number}", "wb") as part:
            part.write(bytes(8 << 20))
