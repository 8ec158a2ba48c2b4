# about: reads where there is no memory
# bare: crash
# profiles: single tests
# verdicts: CRASH
import ctypes

say("TRYING", "a wild pointer")
ctypes.string_at(8)
