"""What `harness.py` needs only for a program that does not come to its end: how it ended instead.

It is compiled when it is needed. The names that it does not define are given by the harness.
"""


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


def finish(error):
    """Tells how it ended, and ends this process as it would have ended by itself."""
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
