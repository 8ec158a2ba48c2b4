# about: opens the file of passwords
# bare: says if root
# profiles: single tests
import os

for path in ("/etc/shadow", "/etc/gshadow", "/etc/sudoers"):
    with attempt(path):
        os.close(os.open(path, os.O_RDONLY))
