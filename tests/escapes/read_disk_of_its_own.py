# about: makes a device node for the disk itself
# bare: says if root disk
# profiles: single tests
import os
import stat

for major, minor in ((8, 0), (254, 0), (259, 0), (253, 0), (252, 0), (7, 0)):
    with attempt(f"device {major}:{minor}"):
        os.mknod("node", 0o600 | stat.S_IFBLK, os.makedev(major, minor))
        try:
            os.close(os.open("node", os.O_RDONLY))
        finally:
            os.unlink("node")
