# about: takes control of another process
# bare: says if ptrace
# profiles: single tests
with attempt("seizing the victim"):
    checked(libc().ptrace(0x4206, HOST["victim"], 0, 0))
with attempt("attaching to the victim"):
    checked(libc().ptrace(16, HOST["victim"], 0, 0))
