# about: closes everything that is open, and goes on to its mistake
# bare: none, it hides nothing from a bare run
# profiles: single tests
# verdicts: FAIL INCOMPLETE
import os

os.closerange(3, 4096)
missing_name
