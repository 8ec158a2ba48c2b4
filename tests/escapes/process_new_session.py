# about: starts another program in a session of its own and ends
# bare: left
# profiles: single tests
import subprocess

with attempt("a program in a session of its own", silent=True):
    subprocess.Popen(
        ["sh", "-c", "trap '' HUP TERM; read never < /dev/zero", HOST["token"]],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
