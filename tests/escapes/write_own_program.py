# about: writes a program and runs it, so that what may be run is up to it
# bare: says
# verdicts: FAIL EXITED_EARLY INCOMPLETE INCONCLUSIVE CRASH
import os
import shutil

with attempt("a program in its own folder", silent=True):
    shutil.copy("/bin/echo", "program")
    os.chmod("program", 0o755)
    os.execv("./program", ["program", "ESCAPED by its own program"])
with attempt("a program in memory", silent=True):
    memory = os.memfd_create("program")
    with open("/bin/echo", "rb") as source:
        os.write(memory, source.read())
    os.execv(f"/proc/self/fd/{memory}", ["program", "ESCAPED by a program in memory"])
raise Refused("at the end")
