# about: lists what else is running, and with which arguments
# bare: says
# profiles: single tests
import os

with attempt("the list of processes"):
    if str(HOST["victim"]) not in os.listdir("/proc"):
        raise Refused("the other one is not in it")
with attempt("the arguments of another process"):
    print(open(f"/proc/{HOST['victim']}/cmdline").read())
with attempt("where another process is"):
    os.readlink(f"/proc/{HOST['victim']}/exe")
