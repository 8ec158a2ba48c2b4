# about: kills by every other call that sends signals
# bare: victim if x86_64
# profiles: single tests
import ctypes
import os
import signal

victim = HOST["victim"]
with attempt("tkill"):
    syscall(200, victim, int(signal.SIGKILL))
with attempt("tgkill"):
    syscall(234, victim, victim, int(signal.SIGKILL))
with attempt("a descriptor of the process"):
    signal.pidfd_send_signal(os.pidfd_open(victim), signal.SIGKILL)
with attempt("a queued signal"):
    about = ctypes.create_string_buffer(128)
    ctypes.c_int.from_buffer(about, 8).value = -1
    syscall(129, victim, int(signal.SIGKILL), about)
