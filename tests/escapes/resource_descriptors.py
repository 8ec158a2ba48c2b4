# about: opens ten thousand files at once
# bare: says
# profiles: single tests
import os
import resource

with attempt("descriptors"):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kept = [os.open("/dev/null", os.O_RDONLY) for _ in range(10_000 if hard > 10_000 else hard - 20)]
    if len(kept) < 900:
        raise Refused(f"only {len(kept)} can be open")
