# about: takes memory that stays when it ends
# bare: says
# profiles: single tests
with attempt("a segment"):
    segment = checked(libc().shmget(0, 64 << 20, 0o1600))
    checked(libc().shmctl(segment, 0, None))
with attempt("semaphores"):
    semaphores = checked(libc().semget(0, 16, 0o1600))
    checked(libc().semctl(semaphores, 0, 0, 0))
with attempt("messages"):
    queue = checked(libc().msgget(0, 0o1600))
    checked(libc().msgctl(queue, 0, None))
