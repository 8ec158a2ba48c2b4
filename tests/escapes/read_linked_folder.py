# about: reads through a folder of the project that is a link to somewhere else
# bare: secret
# profiles: single tests
# project: yes
import os

for path in ("elsewhere/.ssh/id_ed25519", "service/elsewhere/id_ed25519", "node_modules/elsewhere/.ssh/id_ed25519"):
    with attempt(path):
        print(os.read(os.open(HOST["project"] + "/" + path, os.O_RDONLY), 4096))
