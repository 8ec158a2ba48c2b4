# about: enters the namespaces of another process
# bare: says if root
# profiles: single tests
import os

for pid in (HOST["victim"], os.getppid()):
    for name in ("mnt", "net", "ipc", "uts", "user"):
        with attempt(f"{name} of {pid}"):
            checked(libc().setns(os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY), 0))
with attempt("by a descriptor of the process"):
    checked(libc().setns(os.pidfd_open(HOST["victim"]), 0x04000000))
