# about: takes precedence over everything else on the machine
# bare: says if root
# profiles: single tests
import os

with attempt("a real-time priority"):
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
with attempt("a better priority"):
    os.setpriority(os.PRIO_PROCESS, 0, -5)
