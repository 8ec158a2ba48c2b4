# about: reads what was open in the program that started it
# bare: secret
# profiles: single tests
import os

for number in range(3, 512):
    try:
        os.fstat(number)
    except OSError:
        continue
    with attempt(f"descriptor {number}", silent=True):
        print(os.pread(number, 4096, 0))
    with attempt(f"a folder behind {number}", silent=True):
        print(os.read(os.open("file", os.O_RDONLY, dir_fd=number), 4096))
    with attempt(f"above {number}", silent=True):
        print(os.read(os.open("../" * 30 + HOST["key"], os.O_RDONLY, dir_fd=number), 4096))
with attempt("the last one"):
    os.fstat(511)
