# about: takes 640 MiB of memory
# bare: says
# profiles: single tests
with attempt("640 MiB"):
    kept = []
    for _ in range(40):
        kept.append(bytearray(b"x" * (16 << 20)))
    del kept
