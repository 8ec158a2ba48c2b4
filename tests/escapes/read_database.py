# about: a database engine opens the key as an attached file
# bare: says
# profiles: single tests
import sqlite3

with attempt("an attached file"):
    try:
        sqlite3.connect(f"file:{HOST['key']}?mode=ro", uri=True).execute("select * from sqlite_master")
    except sqlite3.OperationalError as error:
        raise Refused(error) from None
    except sqlite3.DatabaseError as error:
        # It was opened and read, and is no database.
        print(error)
