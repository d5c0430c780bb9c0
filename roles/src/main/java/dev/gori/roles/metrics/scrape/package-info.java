/// Reads targets' metrics on a schedule and stores them, as Prometheus does.
///
/// Owns: the scrape configuration, discovery from lists and files, relabelling, the text formats, `up` and the `scrape_*` series, stale
/// markers. Does not own: the store, rules. Threads: each target's scrapes follow each other on virtual threads; a {@link
/// dev.gori.roles.metrics.scrape.Scraping} is safe from any thread.
/// Doors: {@link dev.gori.roles.metrics.scrape.Scraping}, {@link dev.gori.roles.metrics.scrape.ScrapeConfig}.
/// Sources: Prometheus's documentation of configuration, exposition formats and relabelling; the OpenMetrics 1.0 text.
@NullMarked
package dev.gori.roles.metrics.scrape;

import org.jspecify.annotations.NullMarked;
