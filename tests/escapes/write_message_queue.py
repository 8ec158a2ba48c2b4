# about: makes a message queue, which would outlive it
# bare: says if kernel
# profiles: single tests
name = ("/" + HOST["token"]).encode()
with attempt("a queue"):
    checked(libc().mq_open(name, 0o102, 0o600, None))
    libc().mq_unlink(name)
