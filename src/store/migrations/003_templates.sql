-- This record's own name, drawn by chance: what it exports is known again by it.
CREATE TABLE identity(
    name TEXT NOT NULL
) STRICT;
INSERT INTO identity VALUES (lower(hex(randomblob(16))));

-- `rejected` counted fixes that were taken back as well.
ALTER TABLE pattern ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pattern ADD COLUMN edited_away INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pattern ADD COLUMN passed_over INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pattern ADD COLUMN survived INTEGER NOT NULL DEFAULT 0;
UPDATE pattern SET undone = (
    SELECT count(*)
    FROM outcome AS taken
    JOIN outcome AS no ON no.key = taken.key AND no.kind = 'rejected'
    JOIN candidate ON candidate.id = taken.candidate_id
    WHERE taken.kind = 'accepted' AND candidate.pattern_id = pattern.id);
UPDATE pattern SET rejected = rejected - undone;
-- How often what its templates made of a text was proven, and how often not.
ALTER TABLE pattern ADD COLUMN v_ok INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pattern ADD COLUMN v_fail INTEGER NOT NULL DEFAULT 0;
-- When a person declared it gold.
ALTER TABLE pattern ADD COLUMN pinned_at INTEGER;
-- What other records know of it, as it stood at `imported_at`; never mixed with what was seen here.
ALTER TABLE pattern ADD COLUMN imported_s REAL NOT NULL DEFAULT 0;
ALTER TABLE pattern ADD COLUMN imported_f REAL NOT NULL DEFAULT 0;
ALTER TABLE pattern ADD COLUMN imported_at INTEGER;

-- The outcomes of all patterns of a code; a code without a row is summed up anew.
CREATE TABLE code_pool(
    lang TEXT NOT NULL,
    code TEXT NOT NULL,
    s REAL NOT NULL,
    f REAL NOT NULL,
    weighed_at INTEGER NOT NULL,
    PRIMARY KEY(lang, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX pattern_code ON pattern(code);

-- What a parser complains about before a change.
CREATE TABLE complaint(
    id INTEGER PRIMARY KEY,
    lang TEXT NOT NULL,
    complaint TEXT NOT NULL,
    UNIQUE(lang, complaint)
) STRICT;

-- A level of a pattern: the change as data. Those of one complaint lie side by side, since they are read together.
CREATE TABLE template(
    id INTEGER NOT NULL UNIQUE,
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    complaint_id INTEGER NOT NULL REFERENCES complaint,
    -- SHA-256 of the body, in bytes.
    hash BLOB NOT NULL,
    level INTEGER NOT NULL,
    -- JSON.
    body TEXT NOT NULL,
    s REAL NOT NULL DEFAULT 0,
    f REAL NOT NULL DEFAULT 0,
    weighed_at INTEGER NOT NULL DEFAULT 0,
    v_ok INTEGER NOT NULL DEFAULT 0,
    v_fail INTEGER NOT NULL DEFAULT 0,
    exposures INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER NOT NULL,
    imported_s REAL NOT NULL DEFAULT 0,
    imported_f REAL NOT NULL DEFAULT 0,
    imported_at INTEGER,
    PRIMARY KEY(complaint_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX template_pattern ON template(pattern_id);

-- What one other record knows of a pattern, or of a template where there is a hash.
CREATE TABLE imported(
    source TEXT NOT NULL,
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    hash BLOB NOT NULL,
    s REAL NOT NULL,
    f REAL NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(source, pattern_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX imported_pattern ON imported(pattern_id);

-- The levels that an acceptance makes templates of, as a list in JSON; NULL once it is too late for one.
ALTER TABLE candidate ADD COLUMN templates TEXT;
-- How likely it was said to be right when it was shown, 0 to 1.
ALTER TABLE candidate ADD COLUMN confidence REAL;
-- What was said of it when the outcome came in.
ALTER TABLE outcome ADD COLUMN predicted REAL;

-- What was done in a person's name; each entry's hash covers the one before it.
CREATE TABLE audit(
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    -- JSON.
    fields TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
