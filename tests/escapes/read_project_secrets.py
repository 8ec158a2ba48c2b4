# about: reads the secrets of the project that it is part of
# bare: secret
# profiles: single tests
# project: yes
import os

for name in (".env", "service/.env.local", ".git/config", "deploy.pem", ".npmrc", ".ssh/id_rsa", "shortcut"):
    with attempt(name, silent=True):
        print(name, os.read(os.open(os.path.join(HOST["project"], name), os.O_RDONLY), 4096))
    with attempt(name + " by where the program is", silent=True):
        here = os.path.dirname(os.path.abspath(__file__))
        print(name, os.read(os.open(os.path.join(here, name), os.O_RDONLY), 4096))
