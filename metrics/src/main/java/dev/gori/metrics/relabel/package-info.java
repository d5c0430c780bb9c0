/// Prometheus's relabelling.
///
/// Owns: the steps, and reading them from `relabel_configs` and similar keys. Does not own: what is
/// relabelled: targets and samples (`metrics.scrape`), alerts (`metrics.rules`), remote write
/// (`metrics.remote.sender`). Entry point: {@link dev.gori.metrics.relabel.Relabel}. Threads: all
/// types are immutable. Source: Prometheus's documentation of `relabel_config`.
@NullMarked
package dev.gori.metrics.relabel;

import org.jspecify.annotations.NullMarked;
