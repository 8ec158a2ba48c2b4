PRAGMA application_id = 1935764598;
PRAGMA user_version = 4;
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
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
    after_tok TEXT NOT NULL, templates TEXT, confidence REAL,
    UNIQUE(event_id, edit_hash)
) STRICT;
INSERT INTO "candidate" VALUES(1,1,1,'rule','missing_colon','e1',2,0,0,'CPython 3.12.1',NULL,NULL,15,3,'def NAME ( )','def NAME ( ) :','[{"complaint":"SYN.MISSING_COLON:function_def","level":3,"before":[{"text":")"}],"deleted":[],"after":[{"line":"deeper"}],"inserted":[{"text":":"}]}]',0.5);
INSERT INTO "candidate" VALUES(2,2,2,'model','a-model','e2',1,0,0,'CPython 3.12.1',812,40,15,3,'def NAME ( )','def NAME ( ) :',NULL,NULL);
CREATE TABLE candidate_key(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    candidate_id INTEGER NOT NULL REFERENCES candidate ON DELETE CASCADE
) STRICT;
INSERT INTO "candidate_key" VALUES(1,'f1',1);
INSERT INTO "candidate_key" VALUES(2,'f1-later',1);
INSERT INTO "candidate_key" VALUES(3,'f2',2);
CREATE TABLE code_pool(
    lang TEXT NOT NULL,
    code TEXT NOT NULL,
    s REAL NOT NULL,
    f REAL NOT NULL,
    weighed_at INTEGER NOT NULL,
    PRIMARY KEY(lang, code)
) STRICT, WITHOUT ROWID;
INSERT INTO "code_pool" VALUES('python','SYN.MISSING_COLON',1.0,1.0,1735689600);
CREATE TABLE complaint(
    id INTEGER PRIMARY KEY,
    lang TEXT NOT NULL,
    complaint TEXT NOT NULL,
    UNIQUE(lang, complaint)
) STRICT;
INSERT INTO "complaint" VALUES(1,'python','SYN.MISSING_COLON:function_def');
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
INSERT INTO "error_event" VALUES(1,1735689600,1735689602,20089,'python','SYN.MISSING_COLON','SYN.MISSING_COLON:function_def','parse','a.py',NULL,'CPython 3.12.1',4,'colon-after-signature');
INSERT INTO "error_event" VALUES(2,1735689600,1735689600,20089,'python','SYN.MISSING_COLON','SYN.MISSING_COLON:class_def','parse','b.py',NULL,'CPython 3.12.1',4,'colon-after-class');
CREATE TABLE identity(
    name TEXT NOT NULL
) STRICT;
INSERT INTO "identity" VALUES('00112233445566778899aabbccddeeff');
CREATE TABLE imported(
    source TEXT NOT NULL,
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    hash BLOB NOT NULL,
    s REAL NOT NULL,
    f REAL NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(source, pattern_id, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE model_call(
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    provider TEXT NOT NULL,
    url TEXT NOT NULL,
    model TEXT,
    -- Whether the server was on this machine or in a private network, so that the call was free.
    local INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    bytes_sent INTEGER NOT NULL,
    bytes_received INTEGER NOT NULL,
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    -- Millionths of the currency of the prices as they were; NULL where no price was known.
    cost_micros INTEGER,
    redactions INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    -- answered, cancelled, or how it failed.
    outcome TEXT NOT NULL,
    text TEXT
) STRICT;
CREATE TABLE outcome(
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    candidate_id INTEGER NOT NULL REFERENCES candidate,
    at INTEGER NOT NULL,
    weight REAL NOT NULL, predicted REAL,
    PRIMARY KEY(key, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO "outcome" VALUES('f1','accepted',1,1735689600,1.0,0.5);
INSERT INTO "outcome" VALUES('f2','rejected',2,1735689600,1.0,NULL);
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
    gold INTEGER NOT NULL DEFAULT 0, undone INTEGER NOT NULL DEFAULT 0, edited_away INTEGER NOT NULL DEFAULT 0, passed_over INTEGER NOT NULL DEFAULT 0, survived INTEGER NOT NULL DEFAULT 0, v_ok INTEGER NOT NULL DEFAULT 0, v_fail INTEGER NOT NULL DEFAULT 0, pinned_at INTEGER, imported_s REAL NOT NULL DEFAULT 0, imported_f REAL NOT NULL DEFAULT 0, imported_at INTEGER,
    UNIQUE(lang, code, cluster, skeleton_hash)
) STRICT;
INSERT INTO "pattern" VALUES(1,'python','SYN.MISSING_COLON','SYN.MISSING_COLON:function_def','1241f1d9052aa54727dc17cdc9b6cb2032b097b8afc5a41e40adc09493140df4','Add '':'' after the signature',1.0,0.0,1735689600,1,0,1,1,1,1735689600,1735689600,'a',0,0,0,0,0,4,1,NULL,0.0,0.0,NULL);
INSERT INTO "pattern" VALUES(2,'python','SYN.MISSING_COLON','SYN.MISSING_COLON:class_def','b7f2ee0572619419b8e5e5f1f32e979c57522ac16da4dbaadfd26f683ac5687e','Add '':'' after the class',0.0,1.0,1735689600,0,1,1,0,0,NULL,1735689600,'r',0,0,0,0,0,0,0,NULL,0.0,0.0,NULL);
CREATE TABLE pattern_example(
    id INTEGER PRIMARY KEY,
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    before_tok TEXT NOT NULL,
    after_tok TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO "pattern_example" VALUES(1,1,'def NAME ( )','def NAME ( ) :','a.py',1735689600);
CREATE TABLE pattern_place(
    pattern_id INTEGER NOT NULL REFERENCES pattern ON DELETE CASCADE,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY(pattern_id, kind, place)
) STRICT, WITHOUT ROWID;
INSERT INTO "pattern_place" VALUES(1,'day','20089');
INSERT INTO "pattern_place" VALUES(1,'file','a.py');
CREATE TABLE refused_parameter(
    provider TEXT NOT NULL,
    url TEXT NOT NULL,
    model TEXT NOT NULL,
    parameter TEXT NOT NULL,
    PRIMARY KEY(provider, url, model, parameter)
) STRICT, WITHOUT ROWID;
INSERT INTO "refused_parameter" VALUES('openai','https://models.example.org/v1','thinker','temperature');
CREATE TABLE rejected_edit(
    sig TEXT NOT NULL,
    edit_hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(sig, edit_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO "rejected_edit" VALUES('colon-after-class','e2',1735689600);
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
INSERT INTO "template" VALUES(1,1,1,X'F78CC713C94D2B2EE3DDF6C46FBA17C77CADF531A666CF4182A2070D45D4292D',3,'{"complaint":"SYN.MISSING_COLON:function_def","level":3,"before":[{"text":")"}],"deleted":[],"after":[{"line":"deeper"}],"inserted":[{"text":":"}]}',1.0,0.0,1735689600,4,1,2,1735689600,0.0,0.0,NULL);
CREATE TABLE validation(
    candidate_id INTEGER NOT NULL REFERENCES candidate ON DELETE CASCADE,
    level TEXT NOT NULL,
    verdict TEXT NOT NULL,
    ms INTEGER NOT NULL,
    detail TEXT,
    PRIMARY KEY(candidate_id, level)
) STRICT, WITHOUT ROWID;
INSERT INTO "validation" VALUES(1,'compile','passed',12,NULL);
INSERT INTO "validation" VALUES(2,'compile','passed',12,NULL);
CREATE INDEX error_event_last_at ON error_event(last_at);
CREATE INDEX pattern_example_pattern ON pattern_example(pattern_id);
CREATE INDEX candidate_pattern ON candidate(pattern_id);
CREATE INDEX candidate_key_candidate ON candidate_key(candidate_id);
CREATE INDEX outcome_candidate ON outcome(candidate_id);
CREATE INDEX model_call_at ON model_call(at);
CREATE INDEX pattern_code ON pattern(code);
CREATE INDEX template_pattern ON template(pattern_id);
CREATE INDEX imported_pattern ON imported(pattern_id);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit log is never changed');
END;
CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit log is never removed');
END;
COMMIT;
