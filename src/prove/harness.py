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
    # Compiling them takes longer than most programs, which need neither.
    ending_text, tests_text = sys.argv[1:]
    make, execute = compile, exec

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
    denied, has_asked, known_network, rare = [], [], [], {}

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
                rarely("tell_error")(b"thread", arguments.exc_value)
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

    def rarely(name):
        """A function of what is only compiled when it is needed."""
        if not rare:
            rare.update(
                sys=sys, source=source, path=path, root=root, decode=decode, is_own=is_own,
                tell=tell, conclude=conclude, deny=deny, compile=make,
            )
            execute(make(ending_text, "<string>", "exec"), rare)
        return rare[name]

    def finish(error):
        """Tells how it ended, and ends this process as it would have ended by itself."""
        if error is None:
            conclude(b"done")
        else:
            rarely("finish")(error)

    def watch_exit():
        """Has an end without clean-up told: no ordinary program comes to its end that way."""
        os, leave = sys.modules["os"], posix._exit

        def _exit(status):
            rarely("tell_exit")(status, [])
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
            rarely("tell_error")(b"error", error)
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
    if mode == "pytest":
        tools = {
            "sys": sys, "root": root, "path": path, "tests": tests, "tell": tell, "conclude": conclude,
            "tell_error": rarely("tell_error"), "replace_text": replace_text, "watch_exit": watch_exit,
        }
        execute(make(tests_text, "<string>", "exec"), tools)
        code, space = tools["prepare_tests"]()
    else:
        code, space = prepare_script()
    sys.addaudithook(watch)
    return code, space, finish


code, space, finish = prepare()
try:
    exec(code, space)
except BaseException as error:
    finish(error)
else:
    finish(None)
