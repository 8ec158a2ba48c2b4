-- Times are Unix seconds; days are Unix days in UTC; hashes are SHA-256 in hexadecimal.

-- A finding that was shown; shown again on the same day in the same file it is the same row.
CREATE TABLE error_event(
    id INTEGER PRIMARY KEY,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    lang TEXT NOT NULL,
    code TEXT NOT NULL,
    cluster TEXT NOT NULL,
    source TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    workspace_id TEXT,
    tool_version TEXT,
    line INTEGER NOT NULL,
    sig TEXT NOT NULL,
    UNIQUE(sig, file_hash, day)
) STRICT;
CREATE INDEX error_event_last_at ON error_event(last_at);

-- A shape of fix for a cluster of mistakes, with what became of it.
CREATE TABLE pattern(
    id INTEGER PRIMARY KEY,
    lang TEXT NOT NULL,
    code TEXT NOT NULL,
    cluster TEXT NOT NULL,
    skeleton_hash TEXT NOT NULL,
    description TEXT NOT NULL,
    -- Weighted successes and failures as they stood at `weighed_at`; they fade from there.
    s REAL NOT NULL DEFAULT 0,
    f REAL NOT NULL DEFAULT 0,
    weighed_at INTEGER NOT NULL DEFAULT 0,
    -- Plain counts, which do not fade. An acceptance that was undone is no acceptance.
    accepted INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    exposures INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    days INTEGER NOT NULL DEFAULT 0,
    last_accepted_at INTEGER,
    last_outcome_at INTEGER,
    -- The last 20 outcomes, oldest first: a(ccepted), r(ejected), u(ndone).
    recent TEXT NOT NULL DEFAULT '',
    gold INTEGER NOT NULL DEFAULT 0,
    UNIQUE(lang, code, cluster, skeleton_hash)
) STRICT;

-- The different files and days in which a pattern was accepted.
CREATE TABLE pattern_place(
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY(pattern_id, kind, place)
) STRICT, WITHOUT ROWID;

-- Accepted fixes as redacted tokens, a few for each pattern.
CREATE TABLE pattern_example(
    id INTEGER PRIMARY KEY,
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    before_tok TEXT NOT NULL,
    after_tok TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX pattern_example_pattern ON pattern_example(pattern_id);

-- A proven fix that was shown for an event.
CREATE TABLE candidate(
    id INTEGER PRIMARY KEY,
    event_id INTEGER NOT NULL REFERENCES error_event ON DELETE CASCADE,
    pattern_id INTEGER NOT NULL REFERENCES pattern,
    origin TEXT NOT NULL,
    origin_ref TEXT,
    edit_hash TEXT NOT NULL,
    exposures INTEGER NOT NULL DEFAULT 1,
    errors_left INTEGER NOT NULL,
    together_with INTEGER NOT NULL,
    interpreter TEXT,
    tokens_in INTEGER,
    tokens_out INTEGER,
    latency_ms INTEGER NOT NULL,
    doc_version INTEGER,
    before_tok TEXT NOT NULL,
    after_tok TEXT NOT NULL,
    UNIQUE(event_id, edit_hash)
) STRICT;
CREATE INDEX candidate_pattern ON candidate(pattern_id);

-- The ids under which a candidate was shown: every proof gives it a new one.
CREATE TABLE candidate_key(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    candidate_id INTEGER NOT NULL REFERENCES candidate ON DELETE CASCADE
) STRICT;
CREATE INDEX candidate_key_candidate ON candidate_key(candidate_id);

CREATE TABLE validation(
    candidate_id INTEGER NOT NULL REFERENCES candidate ON DELETE CASCADE,
    level TEXT NOT NULL,
    verdict TEXT NOT NULL,
    ms INTEGER NOT NULL,
    detail TEXT,
    PRIMARY KEY(candidate_id, level)
) STRICT, WITHOUT ROWID;

-- What became of a fix; the same outcome of the same fix counts once.
CREATE TABLE outcome(
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    candidate_id INTEGER NOT NULL REFERENCES candidate,
    at INTEGER NOT NULL,
    weight REAL NOT NULL,
    PRIMARY KEY(key, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_candidate ON outcome(candidate_id);

-- Edits that are not offered again for findings of a signature.
CREATE TABLE rejected_edit(
    sig TEXT NOT NULL,
    edit_hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(sig, edit_hash)
) STRICT, WITHOUT ROWID;
