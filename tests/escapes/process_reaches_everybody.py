# about: asks to signal everybody it may at once; it sends no signal, as nobody else here is to be hurt
# bare: says
import os

with attempt("everybody"):
    os.kill(-1, 0)
