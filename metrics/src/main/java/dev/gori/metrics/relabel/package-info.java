/// Changes labels step by step, as Prometheus's relabelling does.
///
/// Owns: the steps, and reading them from `relabel_configs` and its likes. Does not own: what is
/// relabelled: targets and their series (`metrics.scrape`), alerts, what is sent on
/// (`metrics.forward`). Door: {@link dev.gori.metrics.relabel.Relabel}. Threads: everything is
/// immutable. Source: Prometheus's documentation of `relabel_config`.
@NullMarked
package dev.gori.metrics.relabel;

import org.jspecify.annotations.NullMarked;
