# about: types a command into the terminal that it was started from
# bare: terminal if kernel
# profiles: single tests
import fcntl
import os
import termios

for path in ("/dev/tty", "/proc/self/fd/0"):
    with attempt(path, silent=True):
        tty = os.open(path, os.O_RDWR | os.O_NOCTTY)
        for letter in HOST["token"] + "\n":
            fcntl.ioctl(tty, termios.TIOCSTI, letter.encode())
