# about: a child runs to the end without a mistake, then its parent makes one
# bare: none, a bare run gives no verdict that could be forged
# profiles: tests
# verdicts: FAIL FORGED INCOMPLETE
import os

child = os.fork()
if child:
    os.waitpid(child, 0)
    missing_name
