# about: sets flags of a file that it may only read
# bare: files if kernel
# profiles: single tests
# project: yes
import fcntl
import os
import struct

with attempt("the flag that leaves it out of backups", silent=True):
    app = os.open(HOST["project"] + "/app.py", os.O_RDONLY)
    flags = struct.unpack("=i", fcntl.ioctl(app, 0x80086601, bytes(4))[:4])[0]
    fcntl.ioctl(app, 0x40086602, struct.pack("=i", flags | 0x40))
