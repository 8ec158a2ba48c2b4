"""Compiles the examples of the taxonomy: JSON rows on standard input, a JSON list of what does not hold on output."""

import json
import sys
import warnings

# What is deprecated is rejected: an invalid escape is a warning that is to become an error.
warnings.simplefilter("error")


def verdict(example):
    """What this Python says of a program, or None where it accepts it."""
    try:
        compile(example.encode(), "example.py", "exec")
    except (SyntaxError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def problems(row):
    since = row["accepted_since"]
    accepted = since and sys.version_info >= tuple(int(part) for part in since.split("."))
    rejected = verdict(row["before"])
    if row["rejected"] and not accepted and rejected is None:
        yield "`before` compiles"
    if rejected and not row["rejected"]:
        yield f"`before` should fail only when it runs, not with {rejected}"
    if (still := verdict(row["after"])) is not None:
        yield f"`after` does not compile: {still}"


rows = json.load(sys.stdin)
json.dump([f"{row['code']}: {problem}" for row in rows for problem in problems(row)], sys.stdout)
