# about: opens settings of the kernel for writing
# bare: says if root
# profiles: single tests
import os

for path in (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/hostname",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sysrq-trigger",
    "/proc/self/oom_score_adj",
    "/proc/self/uid_map",
    "/sys/power/state",
    "/sys/fs/cgroup/cgroup.procs",
):
    with attempt(path, silent=path.startswith("/proc/self")):
        os.close(os.open(path, os.O_WRONLY))
