# about: reads the home, because the project's own environment claims to have been made from there
# bare: secret
# profiles: single tests
# project: with an environment
import os

with attempt("the home that the environment names"):
    print(os.read(os.open(HOST["key"], os.O_RDONLY), 4096))
