"""Compiles Python source for salve: requests on standard input, answers on standard output.

A request is two big-endian 32-bit numbers, the job and the length, and then the source. An answer is its length as
such a number, and then JSON. No source is run and no file is written. The end of the input ends the process.
"""

import sys
import warnings

try:
    import resource
except ImportError:  # Windows has none; there the supervisor's clock is the only limit.
    resource = None

MEMORY_BYTES = int(sys.argv[1])
CPU_SECONDS = int(sys.argv[2])
MAX_MESSAGE = 2000


def lower(name, value):
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        pass  # macOS refuses some of them.


def confine():
    lower("RLIMIT_CORE", 0)
    lower("RLIMIT_FSIZE", 0)
    lower("RLIMIT_NPROC", 0)
    lower("RLIMIT_NOFILE", 32)
    lower("RLIMIT_AS", MEMORY_BYTES)


def allow_more_time():
    # The limit counts from the start of the process: grant the next job its share, should the supervisor be gone.
    usage = resource.getrusage(resource.RUSAGE_SELF)
    share = int(usage.ru_utime + usage.ru_stime) + 1 + CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        share = min(share, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (share, hard))


def is_out_of_memory():
    # The parser raises the same error for a text that nests too deeply, with hardly any memory in use.
    if resource is None:
        return True
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) > MEMORY_BYTES // 4


def column(source, error):
    # CPython 3.9 to 3.12 count some columns in bytes when they compile bytes, but never when they compile text.
    if not (3, 9) <= sys.version_info < (3, 13) or source.isascii():
        return error.offset
    try:
        compile(source.decode("utf-8-sig"), "<buffer>", "exec", dont_inherit=True)
    except SyntaxError as other:
        if (other.msg, other.lineno) == (error.msg, error.lineno):
            return other.offset
    except Exception:
        pass  # Another encoding: the column is right as long as the line is ASCII before it.
    return error.offset


def judge(source):
    try:
        compile(source, "<buffer>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return "rejected", type(error).__name__, error.msg, error.lineno, column(source, error)
    except (ValueError, OverflowError, RecursionError) as error:
        return "rejected", type(error).__name__, error, None, None
    except MemoryError as error:
        if is_out_of_memory():
            return "failed", "MemoryError", "out of memory", None, None
        return "rejected", "MemoryError", str(error) or "too complex to parse", None, None
    except Exception as error:
        return "failed", type(error).__name__, error, None, None
    return "accepted", "", "", None, None


def quote(text):
    # By hand: importing `json` takes longer than all the rest.
    text = str(text)[:MAX_MESSAGE].encode("utf-16-be", "replace").decode("utf-16-be")
    plain = (c if " " <= c <= "~" and c not in '"\\' else escape(ord(c)) for c in text)
    return '"%s"' % "".join(plain)


def escape(point):
    if point < 0x10000:
        return "\\u%04x" % point
    point -= 0x10000
    return "\\u%04x\\u%04x" % (0xD800 | point >> 10, 0xDC00 | point & 0x3FF)


def number(value):
    return str(value) if isinstance(value, int) and 0 < value < 2**32 else "null"


def answer(job, verdict, kind, message, line, column):
    text = '{"job": %d, "verdict": "%s", "kind": %s, "message": %s, "line": %s, "column": %s}' % (
        job, verdict, quote(kind), quote(message), number(line), number(column),
    )
    sys.stdout.buffer.write(len(text).to_bytes(4, "big") + text.encode("ascii"))
    sys.stdout.buffer.flush()


def main():
    warnings.simplefilter("ignore")
    if resource is not None:
        confine()
    answer(0, "ready", "", "", None, None)
    requests = sys.stdin.buffer
    while True:
        head = requests.read(8)
        if len(head) < 8:
            return
        job, length = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
        source = requests.read(length)
        if len(source) < length:
            return
        if resource is not None:
            allow_more_time()
        answer(job, *judge(source))
        del source


main()
