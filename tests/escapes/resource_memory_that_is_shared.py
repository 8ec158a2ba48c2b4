# about: takes 640 MiB of memory that is shared with nobody, and so is not counted as its own
# bare: says
# profiles: single tests
import mmap

with attempt("a shared mapping"):
    memory = mmap.mmap(-1, 640 << 20)
    for place in range(0, len(memory), 4096):
        memory[place] = 1
