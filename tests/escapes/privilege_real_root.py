# about: is root where that counts
# bare: says if root
# profiles: single tests
with attempt("the user"):
    with open("/proc/self/uid_map") as table:
        rows = [line.split() for line in table]
    import os

    if os.geteuid() != 0 or rows != [["0", "0", "4294967295"]]:
        raise Refused("another user")
