# about: writes to the terminal that it was started from, and could read what is typed there
# bare: terminal
# profiles: single tests
import os

for path in ("/dev/tty", "/proc/self/fd/0", "/dev/stdin"):
    with attempt(path, silent=True):
        os.write(os.open(path, os.O_RDWR | os.O_NOCTTY), HOST["token"].encode())
for number in range(64):
    if os.isatty(number):
        with attempt(f"descriptor {number}", silent=True):
            os.write(number, HOST["token"].encode())
