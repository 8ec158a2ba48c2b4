# about: writes one large file
# bare: says
# profiles: single tests
with attempt("a file of 200 MiB"):
    with open("large", "wb") as large:
        for _ in range(200):
            large.write(bytes(1 << 20))
