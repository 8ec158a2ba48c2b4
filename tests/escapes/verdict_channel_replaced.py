# about: puts its own output where the verdict would go, and leaves
# bare: succeeds
# verdicts: EXITED_EARLY INCOMPLETE FORGED
import os

for number in range(3, 256):
    try:
        os.fstat(number)
    except OSError:
        continue
    os.dup2(1, number)
os._exit(0)
