package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.machinery.conf.Conf;
import dev.gori.machinery.conf.Problems;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// A Prometheus configuration as far as scraping goes: `global` and `scrape_configs`, with every
/// problem at its line.
public final class ScrapeConfig {

    /// What holds where the file says nothing.
    ///
    /// @param folder that relative paths in the file start from
    /// @param startTimes whether it is stored when counters began, where targets say so
    public record Defaults(
            Duration interval,
            Duration timeout,
            Duration evaluationInterval,
            Path folder,
            boolean startTimes) {}

    private final String text;
    private final Duration evaluationInterval;
    private final Labels externalLabels;
    private final Alerting alerting;
    private final List<ScrapeJob> jobs;

    private ScrapeConfig(
            String text,
            Duration evaluationInterval,
            Labels externalLabels,
            Alerting alerting,
            List<ScrapeJob> jobs) {
        this.text = text;
        this.evaluationInterval = evaluationInterval;
        this.externalLabels = externalLabels;
        this.alerting = alerting;
        this.jobs = List.copyOf(jobs);
    }

    /// Reads a file. When problems were noted the result must not be used.
    public static ScrapeConfig parse(
            String file, String text, Defaults defaults, Problems problems) {
        var top = Conf.parse(file, text, problems);
        var reader = new JobReader(defaults.folder(), defaults.startTimes(), problems);
        var global = top.section("global");
        var shared = reader.shared(global, JobReader.Shared.defaults(defaults));
        var evaluation = global.duration("evaluation_interval", defaults.evaluationInterval());
        var external = Labels.of(global.map("external_labels"));
        for (var passed :
                List.of("query_log_file", "scrape_failure_log_file", "rule_query_offset")) {
            global.plain(passed); // without meaning here: docs/compat/prometheus-api.md
        }
        global.finish();
        for (var elsewhere :
                List.of(
                        "rule_files",
                        "remote_write",
                        "remote_read",
                        "storage",
                        "tracing",
                        "otlp",
                        "scrape_config_files",
                        "runtime")) {
            top.plain(elsewhere); // given to the role in other ways, or not supported:
            // docs/compat/prometheus-api.md
        }
        var alerting = Alerting.read(top.section("alerting"), reader);
        var jobs = new ArrayList<ScrapeJob>();
        var names = new HashSet<String>();
        for (var section : top.sections("scrape_configs")) {
            var job = reader.job(section, shared);
            problems.expect(
                    names.add(job.name()),
                    section.where("job_name"),
                    "'" + job.name() + "'",
                    "each job name once");
            jobs.add(job);
        }
        top.finish();
        return new ScrapeConfig(text, evaluation, external, alerting, jobs);
    }

    /// As it was read, for `/api/v1/status/config`.
    public String text() {
        return text;
    }

    public Duration evaluationInterval() {
        return evaluationInterval;
    }

    /// Labels that are put on what leaves this environment: alerts.
    public Labels externalLabels() {
        return externalLabels;
    }

    /// Who else is to be told of alerts, without `/api/v2`.
    public List<URI> alertmanagers() {
        return alerting.addresses();
    }

    /// What becomes of an alert's labels on the way out; nothing when the alert is not to be sent.
    public Optional<Labels> leaving(Labels alert) {
        return Relabel.all(alerting.relabels(), alert);
    }

    List<ScrapeJob> jobs() {
        return jobs;
    }
}
