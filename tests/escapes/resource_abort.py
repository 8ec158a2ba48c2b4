# about: dies and would leave an image of its memory
# bare: crash
# verdicts: CRASH
import os
import resource

say("TRYING", "an image of its memory")
try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (OSError, ValueError):
    pass
os.abort()
