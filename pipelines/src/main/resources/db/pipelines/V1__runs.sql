-- Times are milliseconds since the epoch; JSON is kept as text. The statements are those that SQLite and PostgreSQL share.

CREATE TABLE pipelines (
    name           VARCHAR(64) PRIMARY KEY,
    paused         INTEGER NOT NULL,
    since          BIGINT NOT NULL,
    last_scheduled BIGINT
);

CREATE TABLE runs (
    id             VARCHAR(160) PRIMARY KEY,
    sequence       BIGINT NOT NULL UNIQUE,
    pipeline       VARCHAR(64) NOT NULL,
    state          VARCHAR(20) NOT NULL,
    cause          VARCHAR(20) NOT NULL,
    logical_time   BIGINT NOT NULL,
    interval_start BIGINT NOT NULL,
    interval_end   BIGINT NOT NULL,
    -- set for scheduled and backfilled runs: one run an interval
    interval_key   VARCHAR(100) UNIQUE,
    commit_id      VARCHAR(200) NOT NULL,
    note           TEXT NOT NULL,
    params         TEXT NOT NULL,
    definition     TEXT NOT NULL,
    created        BIGINT NOT NULL,
    started        BIGINT,
    ended          BIGINT,
    late_at        BIGINT,
    late           INTEGER NOT NULL,
    cancelling     INTEGER NOT NULL
);

CREATE INDEX runs_by_pipeline ON runs (pipeline, sequence);
CREATE INDEX runs_by_state ON runs (state);

CREATE TABLE tasks (
    run             VARCHAR(160) NOT NULL,
    name            VARCHAR(64) NOT NULL,
    state           VARCHAR(20) NOT NULL,
    attempt         INTEGER NOT NULL,
    failures        INTEGER NOT NULL,
    lost            INTEGER NOT NULL,
    due             BIGINT,
    attempt_started BIGINT,
    active_since    BIGINT,
    ended           BIGINT,
    outputs         TEXT NOT NULL,
    why             TEXT NOT NULL,
    PRIMARY KEY (run, name)
);

CREATE TABLE attempts (
    run     VARCHAR(160) NOT NULL,
    task    VARCHAR(64) NOT NULL,
    number  INTEGER NOT NULL,
    state   VARCHAR(20) NOT NULL,
    started BIGINT NOT NULL,
    ended   BIGINT,
    why     TEXT NOT NULL,
    PRIMARY KEY (run, task, number)
);
