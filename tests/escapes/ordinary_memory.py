# about: uses as much memory as a program with some data does
# bare: fine
# profiles: single tests
# verdicts: PASS
rows = [{"number": number, "name": f"row {number}"} for number in range(200_000)]
table = bytearray(100 << 20)
table[-1] = 1
assert sum(row["number"] for row in rows) == 19999900000
print("fine")
