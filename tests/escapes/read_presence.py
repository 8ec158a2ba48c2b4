# about: learns that another process exists from calls that take its number
# bare: says
# profiles: single tests
# open: without namespaces, numbers of processes are the same for all
import os

with attempt("its group"):
    os.getpgid(HOST["victim"])
with attempt("its session"):
    os.getsid(HOST["victim"])
with attempt("its processors"):
    os.sched_getaffinity(HOST["victim"])
with attempt("a signal that is none"):
    os.kill(HOST["victim"], 0)
