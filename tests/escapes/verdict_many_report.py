# about: ten copies of it report at once, of which one has a mistake
# bare: none, a bare run gives no verdict that could be forged
# profiles: tests
# verdicts: FAIL FORGED INCOMPLETE EXITED_EARLY
import os

top = os.getpid()
for _ in range(10):
    if os.fork() == 0:
        break
if os.getpid() == top:
    for _ in range(10):
        os.wait()
    missing_name
