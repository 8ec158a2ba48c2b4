-- A call to a model: what was sent to whom, and what it cost. Never a key; the text only if the person turned that on.
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
CREATE INDEX model_call_at ON model_call(at);

-- A parameter that a model does not take.
CREATE TABLE refused_parameter(
    provider TEXT NOT NULL,
    url TEXT NOT NULL,
    model TEXT NOT NULL,
    parameter TEXT NOT NULL,
    PRIMARY KEY(provider, url, model, parameter)
) STRICT, WITHOUT ROWID;
