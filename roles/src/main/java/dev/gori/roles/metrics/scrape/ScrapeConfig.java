package dev.gori.roles.metrics.scrape;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.machinery.conf.Conf;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.conf.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A Prometheus configuration as far as scraping goes: `global` and `scrape_configs`, with every problem at its line.
public final class ScrapeConfig {

    /// What holds where the file says nothing.
    ///
    /// @param folder that relative paths in the file start from
    public record Defaults(Duration interval, Duration timeout, Duration evaluationInterval, Path folder) {}

    private static final Duration FILE_REFRESH = Duration.ofMinutes(5);

    private final String text;
    private final Duration evaluationInterval;
    private final Labels externalLabels;
    private final List<ScrapeJob> jobs;

    private ScrapeConfig(String text, Duration evaluationInterval, Labels externalLabels, List<ScrapeJob> jobs) {
        this.text = text;
        this.evaluationInterval = evaluationInterval;
        this.externalLabels = externalLabels;
        this.jobs = List.copyOf(jobs);
    }

    /// Reads a file. When problems were noted the result must not be used.
    public static ScrapeConfig parse(String file, String text, Defaults defaults, Problems problems) {
        var top = Conf.parse(file, text, problems);
        var global = top.section("global");
        var interval = global.duration("scrape_interval", defaults.interval());
        var inFile = new Defaults(
                interval,
                global.duration("scrape_timeout", shorter(defaults.timeout(), interval)),
                global.duration("evaluation_interval", defaults.evaluationInterval()),
                defaults.folder());
        var external = Labels.of(global.map("external_labels"));
        for (var passed : List.of("query_log_file", "scrape_failure_log_file", "rule_query_offset", "scrape_protocols", "metric_name_validation_scheme")) {
            global.plain(passed); // read by Prometheus, without meaning here
        }
        global.finish();
        for (var elsewhere : List.of("rule_files", "alerting", "remote_write", "remote_read", "storage", "tracing", "otlp", "scrape_config_files", "runtime")) {
            top.plain(elsewhere); // given to the role in other ways, or not supported: docs/compat/prometheus-api.md
        }
        var jobs = new ArrayList<ScrapeJob>();
        var names = new HashSet<String>();
        for (var section : top.sections("scrape_configs")) {
            var job = job(section, inFile, problems);
            problems.expect(names.add(job.name()), section.where("job_name"), "'" + job.name() + "'", "each job name once");
            jobs.add(job);
        }
        top.finish();
        return new ScrapeConfig(text, inFile.evaluationInterval(), external, jobs);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static ScrapeJob job(Section s, Defaults defaults, Problems problems) {
        var name = s.required("job_name", "a name for the job label");
        var interval = s.duration("scrape_interval", defaults.interval());
        var timeout = s.duration("scrape_timeout", shorter(defaults.timeout(), interval));
        problems.expect(interval.isPositive(), s.where("scrape_interval"), interval, "more than 0s");
        problems.expect(timeout.compareTo(interval) <= 0, s.where("scrape_timeout"), timeout.toSeconds() + "s", "at most scrape_interval (%ss)".formatted(interval.toSeconds()));
        var scheme = s.textOr("scheme", "http");
        problems.expect(scheme.equals("http") || scheme.equals("https"), s.where("scheme"), "'" + scheme + "'", "http or https");
        s.plain("tls_config"); // the platform's trust store decides: docs/compat/prometheus-api.md
        for (var passed : List.of("scrape_protocols", "follow_redirects", "enable_http2", "enable_compression", "track_timestamps_staleness", "label_name_length_limit",
                "target_limit", "keep_dropped_targets", "proxy_url", "scrape_classic_histograms", "always_scrape_classic_histograms", "native_histogram_bucket_limit",
                "fallback_scrape_protocol", "metric_name_validation_scheme", "metric_name_escaping_scheme")) {
            s.plain(passed); // accepted, without effect here: docs/compat/prometheus-api.md
        }
        var job = new ScrapeJob(
                name, interval, timeout, scheme, s.textOr("metrics_path", "/metrics"), params(s.section("params")),
                s.flag("honor_labels", false), s.flag("honor_timestamps", true), credentials(s, defaults.folder(), problems),
                count(s, "sample_limit", problems), s.bytes("body_size_limit", new Bytes(0)),
                count(s, "label_limit", problems), count(s, "label_value_length_limit", problems),
                targets(s, "static_configs"), files(s, defaults.folder()),
                relabels(s, "relabel_configs", problems), relabels(s, "metric_relabel_configs", problems));
        s.finish();
        return job;
    }

    private static int count(Section s, String key, Problems problems) {
        long count = s.integer(key, 0);
        problems.expect(count >= 0 && count <= Integer.MAX_VALUE, s.where(key), count, "0 (no limit) or more");
        return (int) count;
    }

    private static Map<String, List<String>> params(Section s) {
        var params = new HashMap<String, List<String>>();
        s.keys().forEach(key -> params.put(key, s.texts(key)));
        return params;
    }

    static List<ScrapeJob.StaticTargets> targets(Section s, String key) {
        var all = new ArrayList<ScrapeJob.StaticTargets>();
        for (var one : s.sections(key)) {
            all.add(new ScrapeJob.StaticTargets(one.where("targets"), one.texts("targets"), Labels.of(one.map("labels"))));
            one.finish();
        }
        return all;
    }

    private static List<ScrapeJob.FileTargets> files(Section s, Path folder) {
        var all = new ArrayList<ScrapeJob.FileTargets>();
        for (var one : s.sections("file_sd_configs")) {
            all.add(new ScrapeJob.FileTargets(
                    one.texts("files").stream().map(folder::resolve).toList(), one.duration("refresh_interval", FILE_REFRESH)));
            one.finish();
        }
        return all;
    }

    private static ScrapeJob.Credentials credentials(Section s, Path folder, Problems problems) {
        int ways = (s.has("basic_auth") ? 1 : 0) + (s.has("authorization") ? 1 : 0) + (s.has("bearer_token") || s.has("bearer_token_file") ? 1 : 0);
        problems.expect(ways <= 1, s.where("basic_auth"), ways + " ways to authenticate", "one of basic_auth, authorization and bearer_token");
        var basic = s.section("basic_auth");
        var user = basic.text("username");
        var password = new ScrapeJob.Credentials("Basic", user.orElse(""), basic.text("password"), file(basic, "password_file", folder));
        basic.finish();
        var authorization = s.section("authorization");
        var other = new ScrapeJob.Credentials(
                authorization.textOr("type", "Bearer"), "", authorization.text("credentials"), file(authorization, "credentials_file", folder));
        authorization.finish();
        var bearer = new ScrapeJob.Credentials("Bearer", "", s.text("bearer_token"), file(s, "bearer_token_file", folder));
        return s.has("basic_auth") ? password : s.has("authorization") ? other : ways > 0 ? bearer : ScrapeJob.Credentials.NONE;
    }

    private static Optional<Path> file(Section s, String key, Path folder) {
        return s.text(key).map(folder::resolve);
    }

    private static List<Relabel> relabels(Section s, String key, Problems problems) {
        var all = new ArrayList<Relabel>();
        for (var one : s.sections(key)) {
            all.add(relabel(one, problems));
            one.finish();
        }
        return all;
    }

    private static Relabel relabel(Section s, Problems problems) {
        var action = s.scalar("action", "replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase or uppercase", Relabel.Action::of)
                .orElse(Relabel.Action.REPLACE);
        var regexText = s.textOr("regex", "(.*)");
        var target = s.textOr("target_label", "");
        long modulus = s.integer("modulus", 0);
        problems.expect(action != Relabel.Action.HASHMOD || modulus > 0, s.where("modulus"), modulus, "1 or more for action hashmod");
        boolean needsTarget = switch (action) {
            case REPLACE, HASHMOD, LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> true;
            case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
        };
        problems.expect(!needsTarget || !target.isEmpty(), s.where("target_label"), "nothing", "a label for action " + action.name().toLowerCase(Locale.ROOT));
        return new Relabel(
                action, s.texts("source_labels"), s.textOr("separator", ";"), pattern(s, regexText, problems), regexText, modulus, target, s.textOr("replacement", "$1"));
    }

    private static Pattern pattern(Section s, String text, Problems problems) {
        try {
            return Pattern.compile("^(?s:" + text + ")$");
        } catch (PatternSyntaxException e) {
            problems.add("%s: '%s' is no regular expression: %s (expected: RE2 syntax)".formatted(s.where("regex"), text, e.getDescription()));
            return Pattern.compile("");
        }
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

    List<ScrapeJob> jobs() {
        return jobs;
    }
}
