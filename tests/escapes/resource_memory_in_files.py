# about: takes 640 MiB in files that are only in memory
# bare: says
# profiles: single tests
import os

with attempt("a file in memory"):
    memory = os.memfd_create("x")
    for _ in range(640):
        os.write(memory, bytes(1 << 20))
