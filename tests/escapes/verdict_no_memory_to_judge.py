# about: leaves no memory for whoever judges it
# bare: none, it hides nothing from a bare run
# verdicts: FAIL LIMIT CRASH INCOMPLETE
kept = []
size = 1 << 26
while size > 64:
    try:
        for _ in range(12 if size == 1 << 26 else 3):
            kept.append(bytearray(size))
    except MemoryError:
        pass
    size >>= 1
missing_name
