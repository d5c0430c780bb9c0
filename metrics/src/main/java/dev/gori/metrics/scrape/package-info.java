/// Reads targets' metrics on a schedule and stores them, as Prometheus does.
///
/// Owns: the scrape configuration, discovery from lists and files, the calls, limits, `up` and the
/// `scrape_*` series, stale markers. Does not own: the formats, relabelling (`metrics.relabel`),
/// credentials, TLS and proxies (`metrics.client`), the store, rules. Threads: each target's
/// scrapes follow each other on virtual threads; a {@link dev.gori.metrics.scrape.ScrapeManager} is safe
/// from any thread. Doors: {@link dev.gori.metrics.scrape.ScrapeManager}, {@link
/// dev.gori.metrics.scrape.ScrapeConfig}. Sources: Prometheus's documentation of configuration,
/// scraping and relabelling.
@NullMarked
package dev.gori.metrics.scrape;

import org.jspecify.annotations.NullMarked;
