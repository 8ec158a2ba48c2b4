# about: opens the memory and the messages of the kernel
# bare: says if root
# profiles: single tests
import os

for path in ("/proc/kcore", "/dev/mem", "/dev/kmsg", "/proc/kmsg", "/dev/port", "/sys/kernel/debug"):
    with attempt(path):
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
