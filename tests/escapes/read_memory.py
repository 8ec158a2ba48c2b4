# about: reads the memory of another process of the same user
# bare: secret if ptrace
# profiles: single tests
with attempt("the memory"):
    low, high = stack_of(HOST["victim"])
    with open(f"/proc/{HOST['victim']}/mem", "rb", 0) as memory:
        memory.seek(low)
        print(memory.read(high - low).decode("latin-1").replace("\0", "\n"))
