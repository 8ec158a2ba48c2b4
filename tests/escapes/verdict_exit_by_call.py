# about: leaves by the number of the system call
# bare: succeeds if x86_64
# verdicts: EXITED_EARLY INCOMPLETE
syscall(231, 0)
missing_name
