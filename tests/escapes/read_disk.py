# about: opens the disk below all files
# bare: says if root disk
# profiles: single tests
import os

names = ["sda", "vda", "nvme0n1", "xvda", "mmcblk0", "loop0"]
for name in names:
    with attempt(f"/dev/{name}"):
        os.close(os.open(f"/dev/{name}", os.O_RDONLY))
