"""Runs one program inside the sandbox and says how it went.

The job comes on descriptor 3: fields that end with a zero byte, then the program's text. Events go to descriptor 4,
one a line: the job's secret number, the event, its fields in hexadecimal. The secret keeps a program from being
believed by accident; one that looks for it can find it, which is why a pass only ever adds to the evidence.
"""


def prepare():
    """Reads the job. Returns what to run, in which names, and what to call when that has ended."""
    import posix
    import sys

    # What the program may replace is kept before it runs.
    read, write, close, getpid, getcwd, stat = (
        posix.read, posix.write, posix.close, posix.getpid, posix.getcwd, posix.stat,
    )
    own_id = getpid()
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
    denied, has_asked, known_network = [], [], []

    def field(value):
        try:
            text = str(value)[:max_text]
        except BaseException:
            text = "(its text cannot be had)"
        return (text.encode("utf-8", "backslashreplace").hex() or "-").encode()

    def tell(event, *values):
        write(4, b" ".join([secret, event, *map(field, values)]) + b"\n")

    def conclude(event, *values):
        """Tells how the program ended. A child that lives on in its place has nothing to say about that."""
        if getpid() == own_id:
            tell(event, *values)

    def deny(what):
        if len(denied) < 4 and what not in denied:
            denied.append(what)
            tell(b"denied", what)

    processes = {
        "subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system", "os.spawn",
    }
    outside = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
    lookups = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
    own = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "", None)
    writing = posix.O_WRONLY | posix.O_RDWR | posix.O_CREAT | posix.O_TRUNC

    # Which arguments are paths that change, and whether it matters only if they are there (or are not).
    changes = {
        "os.mkdir": ((0,), False), "os.link": ((1,), False), "os.symlink": ((1,), False),
        "os.remove": ((0,), True), "os.rmdir": ((0,), True), "os.rename": ((0, 1), True),
        "os.truncate": ((0,), True), "os.chmod": ((0,), True), "os.utime": ((0,), True),
    }

    def host_of(address):
        return address[0] if isinstance(address, tuple) and address else None

    def has_network():
        """Whether there is a loopback: without namespaces there is none. Asked when the first socket is made."""
        if profile == "single":
            return False
        if not known_network:
            # First, for the event of this very socket.
            known_network.append(True)
            try:
                sys.modules["_socket"].socket(2, 1).close()
            except OSError:
                known_network[0] = False
        return known_network[0]

    def is_lookup_of_own(name):
        return name in own or name == posix.uname().nodename

    def is_there(name):
        try:
            stat(name)
        except OSError:
            return False
        return True

    def writes(name):
        if not isinstance(name, (str, bytes)):
            return
        name = decode(name) if isinstance(name, bytes) else name
        if not name.startswith("/"):
            name = getcwd() + "/" + name
        # The project may lie where the scratch folder is, and the other way round: the inner one counts.
        is_project = root and len(root) > len(scratch) and name.startswith(root + "/")
        if is_project or not (name + "/").startswith((scratch + "/", "/dev/")):
            deny("write " + name)

    def watch(event, arguments):
        # An exception here would be one of the program.
        try:
            if event == "open":
                name, _, flags = arguments
                if name == 0 and isinstance(name, int):
                    asked()
                elif isinstance(flags, int) and flags & writing:
                    writes(name)
            elif event in changes:
                places, if_there = changes[event]
                if if_there == is_there(arguments[places[0]]):
                    for index in places:
                        writes(arguments[index])
            elif profile == "single" and event in processes:
                # `platform` asks it for the processor's name, and does without.
                if event != "subprocess.Popen" or list(arguments[1]) != ["uname", "-p"]:
                    deny("start a process")
            elif event == "socket.__new__":
                # Pairs are made of the first family.
                if arguments[1] not in (1, -1) and not has_network():
                    deny("use the network")
            elif event in outside:
                if host_of(arguments[1]) not in own or not has_network():
                    deny("use the network")
            elif event in lookups:
                if profile == "single" or not is_lookup_of_own(arguments[0]):
                    deny("use the network")
        except Exception:
            pass

    def listen_to_threads():
        """Has exceptions that end a thread told: they change no exit status, but are no clean end either."""
        thread, threading = sys.modules["_thread"], sys.modules.get("threading")
        usual = thread._excepthook

        def excepthook(arguments, /):
            if arguments.exc_type is not SystemExit:
                tell_error(b"thread", arguments.exc_value)
            usual(arguments)

        # `threading` takes it from there.
        thread._excepthook = excepthook
        if threading is not None and threading.excepthook is usual:
            threading.excepthook = excepthook

    def asked(*_):
        if not has_asked:
            has_asked.append(True)
            tell(b"asked")

    def give_empty_input():
        import io

        class Nothing(io.RawIOBase):
            """An input that is empty, and tells that it was read."""

            name, mode = "<stdin>", "rb"

            def readable(self):
                return True

            def fileno(self):
                return 0

            def readinto(self, _):
                asked()
                return 0

        sys.stdin = io.TextIOWrapper(io.BufferedReader(Nothing()), encoding="utf-8")
        sys.stdin.mode = "r"

    def is_own(name):
        return name == path or root and isinstance(name, str) and name.startswith(root + "/")

    def place(error):
        """The innermost line of the program or its project."""
        if isinstance(error, SyntaxError) and is_own(error.filename):
            return error.filename, error.lineno or 0
        found, step = ("", 0), error.__traceback__
        while step is not None:
            name = step.tb_frame.f_code.co_filename
            if is_own(name):
                found = name, step.tb_lineno
            step = step.tb_next
        return found

    def missing_variable(error):
        """The environment variable that was asked for in vain, if that is the error."""
        step = error.__traceback__
        while step is not None and step.tb_next is not None:
            step = step.tb_next
        is_environment = step is not None and step.tb_frame.f_globals.get("__name__") == "os"
        if is_environment and isinstance(error, KeyError) and step.tb_frame.f_code.co_name == "__getitem__":
            deny("see the person's environment variable %s" % error)

    def tell_error(event, error):
        """Tells an error, and what led to it: a denial stays one when it is raised on as something else."""
        tell_one_error(event, error)
        for _ in range(8):
            error = error.__cause__ or error.__context__
            if error is None:
                return
            tell_one_error(b"cause", error)

    def tell_one_error(event, error):
        kind, errno = type(error), getattr(error, "errno", None)
        name, line, wanted = "", 0, None
        try:
            name, line = place(error)
            missing_variable(error)
            wanted = error.filename if isinstance(error, OSError) else error.name
            if isinstance(wanted, bytes):
                wanted = decode(wanted)
        except BaseException:
            pass
        wanted = wanted if isinstance(wanted, str) else ""
        named = type.__dict__["__name__"].__get__(kind)
        conclude(event, named, error, name, line, errno or 0, names_of(kind), wanted)

    def names_of(kind):
        return " ".join(type.__dict__["__name__"].__get__(base) for base in type.__dict__["__mro__"].__get__(kind))

    def is_end(body, line):
        """Whether `line` is in the last of these statements, which has nothing left to do after it."""
        last = body[-1]
        shares_line = len(body) > 1 and body[-2].end_lineno >= last.lineno
        if shares_line or not last.lineno <= line <= last.end_lineno:
            return False
        kind = type(last).__name__
        if kind in ("Expr", "Raise", "Return"):
            return True
        if kind not in ("If", "With", "Try") or kind == "Try" and (last.orelse or last.finalbody):
            return False
        parts = [part for part in (last.body, getattr(last, "orelse", [])) if part]
        return any(part[0].lineno <= line <= part[-1].end_lineno and is_end(part, line) for part in parts)

    def is_last(lines):
        """Whether a program that ends in these lines of it, outermost frame first, has nothing left to do."""
        try:
            blocks, nodes = [], [(0, compile(source, path, "exec", 0x400, True))]
            while nodes:
                depth, node = nodes.pop()
                if type(node).__name__ in ("Module", "FunctionDef", "AsyncFunctionDef"):
                    blocks.append((depth, node))
                for name in node._fields:
                    inner = getattr(node, name, None)
                    inner = inner if isinstance(inner, list) else [inner]
                    nodes += [(depth + 1, part) for part in inner if hasattr(part, "_fields")]
            blocks.sort(key=lambda block: -block[0])
            for line in lines:
                around = (
                    node for depth, node in blocks
                    if not depth or node.body[0].lineno <= line <= node.end_lineno
                )
                if not is_end(next(around).body, line):
                    return False
            return bool(lines)
        except BaseException:
            return False

    def tell_exit(status, lines):
        is_fine = status is None or isinstance(status, int) and status == 0
        status = int(status) if isinstance(status, bool) else status
        conclude(b"exit", "0" if is_fine else status, int(is_fine and is_last(lines)))

    def watch_exit():
        """Has an end without clean-up told: no ordinary program comes to its end that way."""
        os, leave = sys.modules["os"], posix._exit

        def _exit(status):
            tell_exit(status, [])
            leave(status)

        _exit.__module__, _exit.__qualname__, _exit.__doc__ = "posix", "_exit", leave.__doc__
        posix._exit = os._exit = _exit

    def package_of(folder):
        """The package whose part the program is, if it imports from there: then it was meant for `python -m`."""
        names = []
        while is_own(folder + "/__init__.py") and is_there(folder + "/__init__.py"):
            folder, _, name = folder.rpartition("/")
            names.insert(0, name)
        lines = (line.split() for line in source.splitlines())
        if names and any(words[:1] == [b"from"] and words[1:2] and words[1].startswith(b".") for words in lines):
            return ".".join(names), folder
        return None, folder

    def prepare_script():
        try:
            code = compile(source, path, "exec", dont_inherit=True)
        except BaseException as error:
            tell(b"rejected")
            tell_error(b"error", error)
            sys.__excepthook__(type(error), error, None)
            sys.exit(1)
        tell(b"compiled")
        replace_text()
        # A module of its own: what the program calls `str` must not be what this file means by it.
        module = type(sys)("__main__")
        module.__file__, module.__cached__, module.__builtins__ = path, None, sys.modules["builtins"]
        if "__annotations__" in sys.modules["__main__"].__dict__:
            module.__annotations__ = {}
        external = sys.modules["_frozen_importlib_external"]
        module.__loader__ = external.SourceFileLoader("__main__", path)
        sys.argv[:] = [path]
        folder, _, name = path.rpartition("/")
        package, top = package_of(folder)
        if package is not None:
            module.__package__ = package
            bootstrap = sys.modules["_frozen_importlib"]
            name = package + "." + name.rpartition(".")[0]
            module.__spec__ = bootstrap.ModuleSpec(name, module.__loader__, origin=path)
            sys.path.insert(0, top)
        elif root and (folder + "/").startswith(root + "/"):
            sys.path.insert(0, folder)
        if root and root not in sys.path:
            # After everything else: nothing of the project stands before the standard library.
            sys.path.append(root)
        sys.modules["__main__"] = module
        watch_exit()
        listen_to_threads()
        # For what lies below the program's first frame; `exec` counts until 3.11.
        sys.setrecursionlimit(sys.getrecursionlimit() + (2 if sys.version_info < (3, 12) else 1))
        if package is not None:
            # Packages are imported as a part of the run: an error in there is one of the program.
            first = compile("__import__(package)\nexec(code, space)", "<package>", "exec")
            return first, {"package": package, "code": code, "space": module.__dict__}
        return code, module.__dict__

    def prepare_tests():
        replace_text()
        sys.path[:0] = [root]
        watch_exit()
        return compile("run_tests()", "<tests>", "exec"), {"run_tests": run_tests}

    def finish(error):
        """Tells how it ended, and ends this process as it would have ended by itself."""
        if error is None:
            conclude(b"done")
            return
        # Not the attribute, which a class of the program may have changed.
        step = sys.exc_info()[2]
        if isinstance(error, SystemExit):
            lines = []
            while step is not None:
                if step.tb_frame.f_code.co_filename == path:
                    lines.append(step.tb_lineno)
                step = step.tb_next
            tell_exit(SystemExit.__dict__["code"].__get__(error), lines)
            raise error
        tell_error(b"error", error)
        # Without the frames of this file.
        while step is not None and not is_own(step.tb_frame.f_code.co_filename):
            step = step.tb_next
        error.__traceback__ = step
        try:
            sys.excepthook(type(error), error, step)
        except Exception:
            sys.__excepthook__(type(error), error, step)
        sys.exit(1)

    def run_tests():
        try:
            import pytest
        except ImportError:
            tell(b"missing", "pytest")
            sys.exit(1)
        counts = {"passed": 0, "failed": 0, "skipped": 0}
        shown = []

        class Reporter:
            def pytest_runtest_logreport(self, report):
                if report.failed:
                    counts["failed"] += 1
                elif report.when == "call" and report.passed:
                    counts["passed"] += 1
                elif report.skipped:
                    counts["skipped"] += 1

            def pytest_collectreport(self, report):
                if report.failed:
                    counts["failed"] += 1

            def pytest_exception_interact(self, node, call, report):
                error = call.excinfo.value
                if type(error).__name__ == "CollectError" and error.__cause__ is not None:
                    error = error.__cause__
                if not shown:
                    shown.append(True)
                    tell_error(b"error", error)

        sys.argv[:] = ["pytest"]
        arguments = ["-q", "-p", "no:cacheprovider", "--rootdir", root]
        # Workers would not know the text, and coverage is nobody's question.
        find = sys.modules["importlib.util"].find_spec
        arguments += ["-n0"] if find("xdist") else []
        arguments += ["--no-cov"] if find("pytest_cov") else []
        names = tests.split("\n")
        if path in [name.partition("::")[0] for name in names] or path.endswith("/conftest.py"):
            # Its rewriting of assertions reads the file on disk.
            arguments.append("--assert=plain")
        try:
            status = pytest.main([*arguments, *names], plugins=[Reporter()])
        except Exception as error:
            conclude(b"broken", "%s: %s" % (type(error).__name__, error))
            raise
        conclude(b"tests", counts["passed"], counts["failed"], counts["skipped"], int(status))
        if status:
            sys.exit(int(status))

    def replace_text():
        """Has imports of the file find the text that is to be proven, not the one on disk."""
        loader = sys.modules["_frozen_importlib_external"].SourceFileLoader
        get_data, path_stats = loader.get_data, loader.path_stats

        def get_text(self, name):
            return source if name == path else get_data(self, name)

        def get_stats(self, name):
            if name == path:
                # No cached bytecode of the old text.
                raise OSError
            return path_stats(self, name)

        loader.get_data, loader.path_stats = get_text, get_stats

    give_empty_input()
    tell(b"python", *sys.version_info[:2])
    code, space = prepare_tests() if mode == "pytest" else prepare_script()
    sys.addaudithook(watch)
    return code, space, finish


code, space, finish = prepare()
try:
    exec(code, space)
except BaseException as error:
    finish(error)
else:
    finish(None)
