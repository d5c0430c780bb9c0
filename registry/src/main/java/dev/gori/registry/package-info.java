/// Experiments, runs, logged models, registered models, versions, aliases and artifacts of one
/// environment, as MLflow's REST API has them.
///
/// Owns: the tables in `db/registry`, the append-only history of alias moves, and the
/// `mlflow-artifacts` proxy into the environment's artifact bucket. Does not own: the objects'
/// bytes (the store role, or any S3), training, serving. A real MLflow server takes its place by
/// URL.
///
/// Threads: every call is safe from any thread; a call is one transaction. Door: {@link
/// dev.gori.registry.Registry}.
@NullMarked
package dev.gori.registry;

import org.jspecify.annotations.NullMarked;
