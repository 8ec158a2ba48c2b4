# about: finds a key in the environment that it was started with
# bare: secret
# profiles: single tests
import os

with attempt("its own environment", silent=True):
    print("\n".join(os.environ.values()))
    print(open("/proc/self/environ").read())
