# about: uses a connection that the program which started it forgot to close
# bare: listener
# profiles: single tests
import os

with attempt("every descriptor", silent=True):
    reached = 0
    for number in range(3, 512):
        try:
            os.write(number, HOST["token"].encode())
            reached += 1
        except OSError as error:
            last = error
    if not reached:
        raise last
