# about: makes another process nice, poor, lonely and the first to be ended when memory is short
# bare: victim
# profiles: single tests
import os
import resource

victim = HOST["victim"]
with attempt("its priority", silent=True):
    os.setpriority(os.PRIO_PROCESS, victim, 19)
with attempt("its limits", silent=True):
    resource.prlimit(victim, resource.RLIMIT_NOFILE, (8, 8))
with attempt("its processors", silent=True):
    os.sched_setaffinity(victim, {min(os.sched_getaffinity(0))})
with attempt("its scheduling", silent=True):
    os.sched_setscheduler(victim, os.SCHED_IDLE, os.sched_param(0))
with attempt("its fate", silent=True):
    with open(f"/proc/{victim}/oom_score_adj", "w") as score:
        score.write("900")
