# about: has no limits, or raises them
# bare: says
# profiles: single tests
import resource

for name in ("CPU", "FSIZE", "DATA", "NPROC", "NOFILE", "CORE", "STACK"):
    number = getattr(resource, "RLIMIT_" + name)
    with attempt(f"raising {name}"):
        soft, hard = resource.getrlimit(number)
        if hard != resource.RLIM_INFINITY:
            resource.setrlimit(number, (hard + 1, hard + 1))
