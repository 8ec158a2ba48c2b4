# about: a database in memory and in a file
# bare: fine
# profiles: single tests
# verdicts: PASS
import sqlite3

for place in (":memory:", "things.db"):
    with sqlite3.connect(place) as base:
        base.execute("create table things (name text, size integer)")
        base.executemany("insert into things values (?, ?)", [("a", 1), ("b", 2)])
        assert base.execute("select sum(size) from things").fetchone() == (3,)
print("fine")
