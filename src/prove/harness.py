"""Runs one program inside the sandbox and says how it went.

The job comes on descriptor 3: fields that end with a zero byte, then the program's text. Events go to descriptor 4,
one a line: the job's secret number, the event, its fields in hexadecimal. The secret keeps a program from being
believed by accident; one that looks for it can find it, which is why a pass only ever adds to the evidence.
"""


def main():
    import posix
    import sys

    # What the program may replace is kept before it runs.
    read, write, close = posix.read, posix.write, posix.close
    show = sys.__excepthook__
    max_text = 2000

    write(4, b"ready\n")
    chunks = []
    while True:
        chunk = read(3, 1 << 20)
        if not chunk:
            break
        chunks.append(chunk)
    close(3)
    *fields, source = b"".join(chunks).split(b"\0", 7)
    del chunks
    secret, mode, profile, path, root, scratch, tests = fields
    mode, profile = mode.decode(), profile.decode()
    decode = lambda name: name.decode("utf-8", "surrogateescape")
    path, root, scratch, tests = decode(path), decode(root), decode(scratch), decode(tests)
    denied, has_asked = [], []

    def field(value):
        try:
            text = str(value)[:max_text]
        except BaseException:
            text = "(its text cannot be had)"
        return (text.encode("utf-8", "backslashreplace").hex() or "-").encode()

    own = posix.getpid()

    def tell(event, *values):
        # A child that goes on where its parent ended has no say.
        if posix.getpid() != own:
            return
        write(4, b" ".join([secret, event, *map(field, values)]) + b"\n")

    def deny(what):
        if len(denied) < 4 and what not in denied:
            denied.append(what)
            tell(b"denied", what)

    processes = {
        "subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system", "os.spawn",
    }
    outside = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
    lookups = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
    loopback = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "", None)
    writing = posix.O_WRONLY | posix.O_RDWR | posix.O_CREAT | posix.O_TRUNC

    def host_of(address):
        return address[0] if isinstance(address, tuple) and address else None

    def watch(event, arguments):
        # An exception here would be one of the program.
        try:
            if event == "open":
                name, _, flags = arguments
                if isinstance(flags, int) and flags & writing and isinstance(name, (str, bytes)):
                    name = decode(name) if isinstance(name, bytes) else name
                    places = (scratch, "/tmp", "/dev/")
                    if name.startswith("/") and not name.startswith(places):
                        deny("write " + name)
            elif profile == "single" and event in processes:
                deny("start a process")
            elif event == "socket.__new__":
                if profile == "single" and arguments[1] not in (1, -1):
                    deny("use the network")
            elif event in outside:
                if profile == "single" or host_of(arguments[1]) not in loopback:
                    deny("use the network")
            elif event in lookups:
                if profile == "single" or arguments[0] not in loopback:
                    deny("use the network")
            elif event == "builtins.input":
                asked()
        except Exception:
            pass

    def asked(*_):
        if not has_asked:
            has_asked.append(True)
            tell(b"asked")

    def give_empty_input():
        import io

        class Nothing(io.RawIOBase):
            """An input that is empty, and tells that it was read."""

            def readable(self):
                return True

            def fileno(self):
                return 0

            def readinto(self, _):
                asked()
                return 0

        sys.stdin = io.TextIOWrapper(io.BufferedReader(Nothing()), encoding="utf-8")

    def place(error):
        """The innermost line of the program or its project."""
        if isinstance(error, SyntaxError) and error.filename == path:
            return path, error.lineno or 0
        found, step = ("", 0), error.__traceback__
        while step is not None:
            name = step.tb_frame.f_code.co_filename
            if name == path or root and name.startswith(root + "/"):
                found = name, step.tb_lineno
            step = step.tb_next
        return found

    def tell_error(error):
        kind, errno = type(error), getattr(error, "errno", None)
        try:
            name, line = place(error)
        except BaseException:
            name, line = "", 0
        tell(b"error", type.__dict__["__name__"].__get__(kind), error, name, line, errno or 0, names_of(kind))

    def names_of(kind):
        return " ".join(type.__dict__["__name__"].__get__(base) for base in type.__dict__["__mro__"].__get__(kind))

    def is_last(line):
        """Whether nothing of the program follows this line of its outermost level."""
        body = compile(source, path, "exec", 0x400, True).body
        while body and type(body[-1]).__name__ == "If" and body[-1].body[0].lineno <= line and not body[-1].orelse:
            body = body[-1].body
        return not body or line >= body[-1].lineno

    def run_script():
        try:
            code = compile(source, path, "exec", dont_inherit=True)
        except BaseException as error:
            tell_error(error)
            show(type(error), error, None)
            return 1
        tell(b"compiled")
        module = sys.modules["__main__"]
        space = module.__dict__
        for name in [name for name in space if name not in kept]:
            del space[name]
        space["__file__"] = path
        sys.argv[:] = [path]
        folder = path.rpartition("/")[0] or "/"
        if root and (folder + "/").startswith(root + "/"):
            sys.path.insert(0, folder)
        if root and root not in sys.path:
            # After everything else: nothing of the project stands before the standard library.
            sys.path.append(root)
        sys.addaudithook(watch)
        try:
            exec(code, space)
        except SystemExit as error:
            step, line = error.__traceback__.tb_next, 0
            if step is not None:
                line = step.tb_lineno
            status = error.code
            is_fine = status is None or status is False or isinstance(status, int) and status == 0
            try:
                tell(b"exit", "0" if is_fine else status, line, int(is_last(line)))
            except BaseException:
                tell(b"exit", "0" if is_fine else "1", line, 0)
            raise
        except BaseException as error:
            tell_error(error)
            show(type(error), error, error.__traceback__ and error.__traceback__.tb_next)
            return 1
        tell(b"done")
        return 0

    def run_tests():
        replace_text()
        sys.path[:0] = [root]
        try:
            import pytest
        except ImportError:
            tell(b"missing", "pytest")
            return 1
        counts = {"passed": 0, "failed": 0, "skipped": 0}

        class Reporter:
            def pytest_runtest_logreport(self, report):
                if report.failed:
                    counts["failed"] += 1
                elif report.when == "call" and report.passed:
                    counts["passed"] += 1
                elif report.skipped:
                    counts["skipped"] += 1

            def pytest_exception_interact(self, node, call, report):
                if counts["failed"] <= 1:
                    tell_error(call.excinfo.value)

        sys.argv[:] = ["pytest"]
        sys.addaudithook(watch)
        arguments = ["-q", "-p", "no:cacheprovider", "--rootdir", root, *tests.split("\n")]
        status = pytest.main(arguments, plugins=[Reporter()])
        tell(b"tests", counts["passed"], counts["failed"], counts["skipped"], int(status))
        return int(status)

    def replace_text():
        """Has imports of the file find the text that is to be proven, not the one on disk."""
        from importlib.machinery import SourceFileLoader

        get_data, path_stats = SourceFileLoader.get_data, SourceFileLoader.path_stats

        def get_text(self, name):
            return source if name == path else get_data(self, name)

        def get_stats(self, name):
            if name == path:
                # No cached bytecode of the old text.
                raise OSError
            return path_stats(self, name)

        SourceFileLoader.get_data, SourceFileLoader.path_stats = get_text, get_stats

    kept = {"__name__", "__doc__", "__package__", "__loader__", "__spec__", "__annotations__", "__builtins__"}
    give_empty_input()
    tell(b"python", *sys.version_info[:2])
    status = run_tests() if mode == "pytest" else run_script()
    if status:
        sys.exit(status)


main()
