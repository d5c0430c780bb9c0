-- Times are milliseconds since the epoch, as MLflow's REST API has them. NaN is `is_nan = 1` with value 0.
CREATE TABLE counters (name VARCHAR(50) PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO counters (name, value) VALUES ('experiment', 0);
INSERT INTO counters (name, value) VALUES ('alias_move', 0);

CREATE TABLE experiments (
    experiment_id BIGINT PRIMARY KEY,
    name VARCHAR(500) NOT NULL UNIQUE,
    artifact_location TEXT NOT NULL,
    lifecycle_stage VARCHAR(10) NOT NULL,
    creation_time BIGINT NOT NULL,
    last_update_time BIGINT NOT NULL
);

CREATE TABLE experiment_tags (
    experiment_id BIGINT NOT NULL REFERENCES experiments (experiment_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (experiment_id, key)
);

CREATE TABLE runs (
    run_id VARCHAR(32) PRIMARY KEY,
    experiment_id BIGINT NOT NULL REFERENCES experiments (experiment_id),
    name VARCHAR(500) NOT NULL,
    user_id VARCHAR(256) NOT NULL,
    status VARCHAR(20) NOT NULL,
    start_time BIGINT NOT NULL,
    end_time BIGINT,
    lifecycle_stage VARCHAR(10) NOT NULL,
    artifact_uri TEXT NOT NULL
);
CREATE INDEX runs_newest ON runs (experiment_id, lifecycle_stage, start_time DESC, run_id);

CREATE TABLE params (
    run_id VARCHAR(32) NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
);

CREATE TABLE tags (
    run_id VARCHAR(32) NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
);
CREATE INDEX tags_by_key ON tags (key, run_id);

CREATE TABLE metrics (
    run_id VARCHAR(32) NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    step BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    is_nan INTEGER NOT NULL,
    PRIMARY KEY (run_id, key, step, timestamp, value, is_nan)
);

CREATE TABLE latest_metrics (
    run_id VARCHAR(32) NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    step BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    is_nan INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
);
CREATE INDEX latest_metrics_by_value ON latest_metrics (key, value, run_id);

CREATE TABLE run_datasets (
    run_id VARCHAR(32) NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    name VARCHAR(500) NOT NULL,
    digest VARCHAR(36) NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run_id, name, digest)
);

CREATE TABLE run_models (
    run_id VARCHAR(32) NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    direction VARCHAR(6) NOT NULL,
    model_id VARCHAR(50) NOT NULL,
    step BIGINT NOT NULL,
    PRIMARY KEY (run_id, direction, model_id)
);

CREATE TABLE logged_models (
    model_id VARCHAR(50) PRIMARY KEY,
    experiment_id BIGINT NOT NULL REFERENCES experiments (experiment_id),
    name VARCHAR(500) NOT NULL,
    artifact_uri TEXT NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    status VARCHAR(40) NOT NULL,
    model_type VARCHAR(500) NOT NULL,
    source_run_id VARCHAR(32) NOT NULL
);
CREATE INDEX logged_models_newest ON logged_models (experiment_id, creation_timestamp DESC);

CREATE TABLE logged_model_tags (
    model_id VARCHAR(50) NOT NULL REFERENCES logged_models (model_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (model_id, key)
);

CREATE TABLE logged_model_metrics (
    model_id VARCHAR(50) NOT NULL REFERENCES logged_models (model_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    step BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    is_nan INTEGER NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    dataset_name VARCHAR(500) NOT NULL,
    dataset_digest VARCHAR(36) NOT NULL,
    PRIMARY KEY (model_id, key, step, timestamp, value, is_nan, run_id)
);

CREATE TABLE logged_model_params (
    model_id VARCHAR(50) NOT NULL REFERENCES logged_models (model_id) ON DELETE CASCADE,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (model_id, key)
);

CREATE TABLE registered_models (
    name VARCHAR(256) PRIMARY KEY,
    description TEXT NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    next_version INTEGER NOT NULL
);

CREATE TABLE registered_model_tags (
    name VARCHAR(256) NOT NULL REFERENCES registered_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, key)
);

CREATE TABLE model_versions (
    name VARCHAR(256) NOT NULL REFERENCES registered_models (name) ON DELETE CASCADE ON UPDATE CASCADE,
    version INTEGER NOT NULL,
    creation_timestamp BIGINT NOT NULL,
    last_updated_timestamp BIGINT NOT NULL,
    description TEXT NOT NULL,
    stage VARCHAR(20) NOT NULL,
    source TEXT NOT NULL,
    storage_location TEXT NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    run_link TEXT NOT NULL,
    model_id VARCHAR(50) NOT NULL,
    status VARCHAR(30) NOT NULL,
    status_message TEXT NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE INDEX model_versions_of_run ON model_versions (run_id);

CREATE TABLE model_version_tags (
    name VARCHAR(256) NOT NULL,
    version INTEGER NOT NULL,
    key VARCHAR(250) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, version, key),
    FOREIGN KEY (name, version) REFERENCES model_versions (name, version) ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE aliases (
    name VARCHAR(256) NOT NULL,
    alias VARCHAR(256) NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (name, alias),
    FOREIGN KEY (name, version) REFERENCES model_versions (name, version) ON DELETE CASCADE ON UPDATE CASCADE
);

-- Only ever added to. It refers to nothing, so that it outlives what it tells of.
CREATE TABLE alias_history (
    id BIGINT PRIMARY KEY,
    name VARCHAR(256) NOT NULL,
    alias VARCHAR(256) NOT NULL,
    from_version INTEGER,
    to_version INTEGER,
    moved_at BIGINT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX alias_history_of_model ON alias_history (name, alias, id);
