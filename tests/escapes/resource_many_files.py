# about: makes so many files that the file system has no room for names
# bare: says
# profiles: single tests
import os

with attempt("6000 files"):
    for number in range(6_000):
        os.close(os.open(f"file{number}", os.O_CREAT | os.O_WRONLY))
