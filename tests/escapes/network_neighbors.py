# about: learns which ports the host listens on, from the tables of the kernel
# bare: says
# profiles: single tests
wanted = f"0100007F:{HOST['tcp4']:04X}"
for path in ("/proc/net/tcp", "/proc/self/net/tcp", "/proc/thread-self/net/tcp"):
    with attempt(path):
        with open(path) as table:
            if wanted not in table.read():
                raise Refused("the listener is not in it")
with attempt("/proc/net/unix"):
    with open("/proc/net/unix") as table:
        if HOST["abstract"] not in table.read():
            raise Refused("the socket is not in it")
