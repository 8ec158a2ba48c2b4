# about: writes a line of half a megabyte
# bare: succeeds
# verdicts: PASS
print("x" * 500_000)
