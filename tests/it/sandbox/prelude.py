# What the host fills in stands above: `HOST`. Every payload begins with this.
import os as _os


# What a payload that is itself broken would raise.
OWN_MISTAKES = (NameError, AttributeError, TypeError, LookupError, SyntaxError, ImportError)


def say(word, text=""):
    _os.write(1, f"\n{word} {text}\n".encode("utf-8", "replace"))


class Refused(Exception):
    """An attack that was turned away without an exception of its own."""


class attempt:
    """Says how an attack ends: `ESCAPED` if nothing refuses it, `TRIED` with the reason if something does.

    With `silent`, only the host can judge: the attack may well have been diverted to where it does no harm.
    """

    def __init__(self, what, silent=False):
        self.what = what
        self.silent = silent

    def __enter__(self):
        say("TRYING", self.what)

    def __exit__(self, kind, error, trace):
        if kind is None:
            say("TRIED" if self.silent else "ESCAPED", self.what)
        elif issubclass(kind, Exception) and not issubclass(kind, OWN_MISTAKES):
            say("TRIED", f"{self.what}: {error!r}")
            return True


def libc():
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def checked(result):
    """The result of a function of the C library, or what it complained of."""
    import ctypes

    if result == -1:
        raise OSError(ctypes.get_errno(), _os.strerror(ctypes.get_errno()))
    return result


def syscall(number, *arguments):
    import ctypes

    call = libc().syscall
    call.restype = ctypes.c_long
    wide = [ctypes.c_long(it) if isinstance(it, int) else it for it in arguments]
    return checked(call(ctypes.c_long(number), *wide))


def stack_of(pid):
    """Where the stack of a process is, which holds its environment."""
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            if line.rstrip().endswith("[stack]"):
                low, high = line.split()[0].split("-")
                return int(low, 16), int(high, 16)
    raise Refused("no stack is shown")
# --- the payload ---
