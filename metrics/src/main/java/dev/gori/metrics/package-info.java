/// The metrics of one environment: scraped, stored, asked for in PromQL, judged by rules.
///
/// Owns: the store of samples, the scraping of targets, recording and alerting rules, Prometheus's
/// HTTP API under `/prometheus`, the machine's own metrics. Does not own: what happens to an alert
/// once it is sent, what a verdict does with a query's answer. Threads: one virtual thread a scrape
/// and a rule group in their turn; every call is safe from any thread. Door: {@link
/// dev.gori.metrics.Metrics}.
@NullMarked
package dev.gori.metrics;

import org.jspecify.annotations.NullMarked;
