"""What `harness.py` needs only to run tests.

It is compiled when it is needed. The names that it does not define are given by the harness.
"""


def prepare_tests():
    replace_text()
    sys.path[:0] = [root]
    watch_exit()
    return compile("run_tests()", "<tests>", "exec"), {"run_tests": run_tests}


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
