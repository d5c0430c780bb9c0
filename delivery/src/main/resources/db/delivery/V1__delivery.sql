-- Changes, rollouts and what must not be forgotten between two starts. Documents are JSON; columns beside them are what is searched by.

CREATE TABLE change_record (
    commit_id VARCHAR(40) PRIMARY KEY,
    seen_at   BIGINT      NOT NULL,
    position  BIGINT      NOT NULL,
    body      TEXT        NOT NULL
);
CREATE INDEX change_by_position ON change_record (position);

CREATE TABLE rollout (
    id      VARCHAR(64)  PRIMARY KEY,
    key     VARCHAR(300) NOT NULL UNIQUE,
    created BIGINT       NOT NULL,
    ended   INTEGER      NOT NULL,
    body    TEXT         NOT NULL
);
CREATE INDEX rollout_by_created ON rollout (created);

CREATE TABLE reading (
    rollout VARCHAR(64) NOT NULL,
    at      BIGINT      NOT NULL,
    verdict VARCHAR(10) NOT NULL,
    body    TEXT        NOT NULL
);
CREATE INDEX reading_by_rollout ON reading (rollout, at);

CREATE TABLE blocked (
    model   VARCHAR(300) NOT NULL,
    version INTEGER      NOT NULL,
    rollout VARCHAR(64)  NOT NULL,
    cause   TEXT         NOT NULL,
    at      BIGINT       NOT NULL,
    PRIMARY KEY (model, version)
);

CREATE TABLE alert (
    id   VARCHAR(200) PRIMARY KEY,
    done INTEGER      NOT NULL,
    body TEXT         NOT NULL
);

CREATE TABLE event (
    at   BIGINT      NOT NULL,
    kind VARCHAR(40) NOT NULL,
    text TEXT        NOT NULL
);
CREATE INDEX event_by_at ON event (at);

CREATE TABLE fact (
    name  VARCHAR(100) PRIMARY KEY,
    value TEXT         NOT NULL
);
