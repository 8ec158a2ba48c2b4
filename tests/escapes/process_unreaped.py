# about: leaves two hundred dead children in the table of processes
# bare: says
# profiles: single tests
import os
import select

with attempt("200 dead children"):
    for _ in range(200):
        if os.fork() == 0:
            os._exit(0)
    # They stay for a while, or they were no burden.
    select.select([], [], [], 0.5)
