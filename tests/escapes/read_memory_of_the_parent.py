# about: reads the memory of the process that watches over it
# bare: secret if ptrace
# profiles: single tests
import os

for pid in (os.getppid(), 1):
    if pid == 1 and os.getppid() != 1:
        # Outside of a sandbox this is the machine's own first process, which is none of our business.
        continue
    with attempt(f"the memory of {pid}"):
        low, high = stack_of(pid)
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            memory.seek(low)
            text = memory.read(high - low)
        print(text.decode("latin-1").replace("\0", "\n"))
