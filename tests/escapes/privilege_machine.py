# about: calls that are for whoever runs the machine; each is asked for something impossible
# bare: says if root x86_64
# profiles: single tests
import errno

CALLS = {
    "init_module": (175, 0, 0, 0),
    "finit_module": (313, -1, 0, 0),
    "delete_module": (176, 0, 0),
    "kexec_load": (246, 0, 99, 0, 0xFFFF),
    "reboot": (169, 0, 0, 0, 0),
    "swapon": (167, 0, 0),
    "swapoff": (168, 0),
    "settimeofday": (164, 1, 0),
    "sethostname": (170, 0, 1 << 20),
    "setdomainname": (171, 0, 1 << 20),
    "syslog": (103, 10, 0, 0),
}
for name, (number, *arguments) in CALLS.items():
    with attempt(name):
        try:
            syscall(number, *arguments)
        except OSError as error:
            # Anything else means that the kernel went as far as looking at what was asked for.
            if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
                raise
