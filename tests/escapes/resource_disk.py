# about: fills the disk by files of which none is large
# bare: says
# profiles: single tests
with attempt("200 MiB"):
    for number in range(200):
        with open(f"part{number}", "wb") as part:
            part.write(bytes(1 << 20))
