# about: opens for writing what was left open for reading, and plants files in a folder that was left open
# bare: files
# profiles: single tests
import os

for number in range(3, 512):
    try:
        os.fstat(number)
    except OSError:
        continue
    with attempt(f"descriptor {number} again", silent=True):
        os.close(os.open(f"/proc/self/fd/{number}", os.O_RDWR))
    with attempt(f"in the folder {number}", silent=True):
        os.close(os.open(HOST["token"], os.O_CREAT | os.O_WRONLY, dir_fd=number))
    with attempt(f"above {number}", silent=True):
        path = "../" * 30 + HOST["home"] + "/.profile"
        os.close(os.open(path, os.O_WRONLY | os.O_TRUNC, dir_fd=number))
with attempt("the last one"):
    os.fstat(511)
