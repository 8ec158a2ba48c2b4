# about: could gain rights by running a program that has them
# bare: says
# profiles: single tests
import ctypes

with attempt("the flag that forbids it"):
    if checked(libc().prctl(39, 0, 0, 0, 0)) == 1:
        raise Refused("it is set")
with attempt("taking the flag back"):
    checked(libc().prctl(38, 0, 0, 0, 0))
