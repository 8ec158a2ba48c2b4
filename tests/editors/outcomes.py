"""Prints what a record says became of fixes, one line each: outcome, origin, code.

usage: outcomes.py FILE [SECONDS]

Waits until the record holds something, up to half a minute unless SECONDS are named: it is written in the background.
"""

import pathlib
import sqlite3
import sys
import time

QUERY = """
    SELECT outcome.kind, candidate.origin, error_event.code
    FROM outcome JOIN candidate ON candidate.id = candidate_id JOIN error_event ON error_event.id = event_id
    ORDER BY outcome.at, outcome.key
"""


def rows(file):
    record = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return record.execute(QUERY).fetchall()
    finally:
        record.close()


def main():
    file = pathlib.Path(sys.argv[1])
    end = time.monotonic() + float(sys.argv[2] if len(sys.argv) > 2 else 30)
    while not (found := rows(file) if file.is_file() else []) and time.monotonic() < end:
        time.sleep(0.05)
    for row in found:
        print(*row)


main()
