/// MLflow tracking and model registry of one environment: experiments, runs, logged models,
/// registered models, versions, aliases and artifacts over MLflow's REST API.
///
/// Owns: the tables in `db/registry`, the append-only history of alias moves, and the
/// `mlflow-artifacts` proxy into the environment's artifact bucket. Does not own: the objects'
/// bytes (the object store, or any S3), training, serving. A real MLflow server replaces it by URL.
/// Threads: every call is safe from any thread; a call is one transaction. Entry point: {@link
/// dev.gori.registry.Registry}.
@NullMarked
package dev.gori.registry;

import org.jspecify.annotations.NullMarked;
