/// Scrapes targets on a schedule and stores the samples, as Prometheus does.
///
/// Owns: the scrape configuration, static, file and HTTP service discovery, scraping, limits, `up`
/// and the `scrape_*` series, stale markers. Does not own: exposition formats
/// (`metrics.exposition`), relabelling (`metrics.relabel`), credentials, TLS and proxies
/// (`metrics.client`), the store, rules. Threads: the scrapes of a target run one after another on
/// virtual threads; {@link dev.gori.metrics.scrape.ScrapeManager} is thread-safe. Entry points:
/// {@link dev.gori.metrics.scrape.ScrapeManager}, {@link dev.gori.metrics.scrape.ScrapeConfig}.
/// Sources: Prometheus's documentation of configuration, scraping and relabelling.
@NullMarked
package dev.gori.metrics.scrape;

import org.jspecify.annotations.NullMarked;
