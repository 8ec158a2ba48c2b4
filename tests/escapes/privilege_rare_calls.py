# about: parts of the kernel that hardly any program needs and in which holes were found
# bare: says if x86_64 kernel
# profiles: single tests
import ctypes

buffer = ctypes.create_string_buffer(4096)
CALLS = {
    "modify_ldt": (154, 0, buffer, 16),
    "kcmp": (312, HOST["victim"], HOST["victim"], 0, 0, 0),
    "process_madvise": (440, -1, 0, 0, 0, 0),
    "process_mrelease": (448, -1, 0),
    "migrate_pages": (256, HOST["victim"], 8, buffer, buffer),
    "move_pages": (279, HOST["victim"], 0, 0, 0, 0, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "request_key": (249, 0, 0, 0, 0),
    "vmsplice": (278, -1, 0, 0, 0),
    "lookup_dcookie": (212, 0, 0, 0),
    "io_setup": (206, -1, buffer),
    "fanotify_init": (300, 0xFFFF, 0),
    "name_to_handle_at": (303, -100, 0, 0, 0, 0),
    "mbind": (237, 0, 0, 99, 0, 0, 0),
    "memfd_secret": (447, 0xFFFF),
    "seccomp with a listener": (317, 1, 8, 0),
}
import errno

for name, (number, *arguments) in CALLS.items():
    with attempt(name):
        try:
            syscall(number, *arguments)
        except OSError as error:
            if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
                raise
