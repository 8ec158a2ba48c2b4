# about: finds a key in the environment of another process of the same user
# bare: secret
# profiles: single tests
import os

for pid in (HOST["victim"], os.getppid(), "thread-self/../../" + str(HOST["victim"])):
    with attempt(f"the environment of {pid}"):
        print(open(f"/proc/{pid}/environ").read())
