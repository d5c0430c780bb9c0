package dev.gori.metrics.scrape;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.client.HttpClientConfig;
import dev.gori.metrics.exposition.EscapingScheme;
import dev.gori.metrics.exposition.ExpositionParser;
import dev.gori.metrics.exposition.ScrapeProtocol;
import dev.gori.metrics.relabel.Relabel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads `scrape_configs`, and the keys that `global` shares with them.
final class ScrapeJobReader {

  private static final Duration FILE_REFRESH = Duration.ofMinutes(5);
  private static final Duration HTTP_REFRESH = Duration.ofMinutes(1);
  private static final URI NOWHERE = URI.create("http://nowhere/");

  /// Keys of `global` that are defaults for all jobs.
  ///
  /// @param protocols empty if not set
  record GlobalDefaults(
      Duration interval,
      Duration timeout,
      ScrapeJob.Limits limits,
      List<ScrapeProtocol> protocols,
      boolean legacyNames,
      Optional<EscapingScheme> escaping,
      boolean nativeHistograms,
      boolean alwaysClassic,
      boolean customBuckets,
      boolean extraMetrics,
      Optional<Path> failureLog) {

    static GlobalDefaults defaults(ScrapeConfig.Defaults d) {
      return new GlobalDefaults(
          d.interval(),
          d.timeout(),
          ScrapeJob.Limits.NONE,
          List.of(),
          false,
          Optional.empty(),
          false,
          false,
          false,
          false,
          Optional.empty());
    }
  }

  private final Path folder;
  private final boolean startTimes;
  private final Problems problems;

  ScrapeJobReader(Path folder, boolean startTimes, Problems problems) {
    this.folder = folder;
    this.startTimes = startTimes;
    this.problems = problems;
  }

  /// Reads the keys that `global` and jobs share.
  GlobalDefaults globalDefaults(Section s, GlobalDefaults d) {
    var interval = s.duration("scrape_interval", d.interval());
    var timeout = s.duration("scrape_timeout", shorter(d.timeout(), interval));
    problems.expect(interval.isPositive(), s.where("scrape_interval"), interval, "more than 0s");
    problems.expect(
        timeout.compareTo(interval) <= 0,
        s.where("scrape_timeout"),
        PrometheusDuration.format(timeout),
        "at most scrape_interval (%s)".formatted(PrometheusDuration.format(interval)));
    return new GlobalDefaults(
        interval,
        timeout,
        limits(s, d.limits()),
        protocols(s, d.protocols()),
        s.scalar(
                "metric_name_validation_scheme",
                "utf8 or legacy",
                text -> choice(text, List.of("utf8", "legacy")).equals("legacy"))
            .orElse(d.legacyNames()),
        s.scalar("metric_name_escaping_scheme", EscapingScheme.names(), EscapingScheme::of)
            .or(d::escaping),
        s.flag("scrape_native_histograms", d.nativeHistograms()),
        s.flag(
            "always_scrape_classic_histograms",
            s.flag("scrape_classic_histograms", d.alwaysClassic())),
        s.flag("convert_classic_histograms_to_nhcb", d.customBuckets()),
        s.flag("extra_scrape_metrics", d.extraMetrics()),
        s.text("scrape_failure_log_file")
            .filter(name -> !name.isEmpty())
            .map(folder::resolve)
            .or(d::failureLog));
  }

  private static String choice(String text, List<String> choices) {
    if (!choices.contains(text)) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private ScrapeJob.Limits limits(Section s, ScrapeJob.Limits d) {
    return new ScrapeJob.Limits(
        count(s, "sample_limit", d.samples()),
        bytes(s, "body_size_limit", d.bodySize()),
        count(s, "label_limit", d.labels()),
        count(s, "label_name_length_limit", d.labelNameLength()),
        count(s, "label_value_length_limit", d.labelValueLength()),
        count(s, "target_limit", d.targets()),
        count(s, "keep_dropped_targets", d.keepDroppedTargets()),
        d.buckets(),
        d.finestSchema());
  }

  /// Reads a count; as in Prometheus, 0 means no limit.
  private int count(Section s, String key, int otherwise) {
    long count = s.scalar(key, "a whole number", Long::decode).orElse(0L);
    problems.expect(
        count >= 0 && count <= Integer.MAX_VALUE, s.where(key), count, "0 (no limit) or more");
    return count == 0 ? otherwise : (int) count;
  }

  private static long bytes(Section s, String key, long otherwise) {
    return s.scalar(key, "a size such as 64MB, with its unit", ByteSizes::parse)
        .filter(size -> size > 0)
        .orElse(otherwise);
  }

  private List<ScrapeProtocol> protocols(Section s, List<ScrapeProtocol> otherwise) {
    if (!s.has("scrape_protocols")) {
      return otherwise;
    }
    var all = new ArrayList<ScrapeProtocol>();
    for (var key : s.listed("scrape_protocols")) {
      try {
        var one = ScrapeProtocol.of(key);
        problems.expect(
            !all.contains(one),
            s.where("scrape_protocols"),
            "'" + key + "' twice",
            "each protocol once");
        all.add(one);
      } catch (IllegalArgumentException _) {
        problems.expect(false, s.where("scrape_protocols"), "'" + key + "'", ScrapeProtocol.keys());
      }
    }
    problems.expect(
        !all.isEmpty(),
        s.where("scrape_protocols"),
        "none",
        "at least one of " + ScrapeProtocol.keys());
    return List.copyOf(all);
  }

  ScrapeJob job(Section s, GlobalDefaults global) {
    var name = s.required("job_name", "a name for the job label");
    problems.expect(!s.has("job_name") || !name.isEmpty(), s.where("job_name"), "''", "a name");
    var shared = globalDefaults(s, global);
    Discovery.rejectUnsupported(s, Discovery.KEYS);
    var scheme = s.textOr("scheme", "http");
    problems.expect(
        scheme.equals("http") || scheme.equals("https"),
        s.where("scheme"),
        "'" + scheme + "'",
        "http or https");
    var job =
        new ScrapeJob(
            name,
            shared.interval(),
            shared.timeout(),
            scheme,
            s.textOr("metrics_path", "/metrics"),
            params(s.section("params")),
            HttpClientConfig.read(s).resolve(folder),
            options(s, shared),
            histogramLimits(s, shared.limits()),
            targets(s, "static_configs"),
            fileSdConfigs(s),
            httpSdConfigs(s),
            shared.failureLog(),
            Relabel.read(s, "relabel_configs"),
            Relabel.read(s, "metric_relabel_configs"));
    s.finish();
    return job;
  }

  private ScrapeJob.Options options(Section s, GlobalDefaults shared) {
    var protocols =
        shared.protocols().isEmpty()
            ? shared.nativeHistograms()
                ? ScrapeProtocol.WITH_NATIVE_HISTOGRAMS
                : ScrapeProtocol.DEFAULTS
            : shared.protocols();
    var escaping =
        shared
            .escaping()
            .orElse(shared.legacyNames() ? EscapingScheme.UNDERSCORES : EscapingScheme.ALLOW_UTF_8);
    problems.expect(
        !shared.legacyNames() || escaping != EscapingScheme.ALLOW_UTF_8,
        s.where("metric_name_escaping_scheme"),
        EscapingScheme.ALLOW_UTF_8.text(),
        "another one where metric_name_validation_scheme is legacy");
    return new ScrapeJob.Options(
        s.flag("honor_labels", false),
        s.flag("honor_timestamps", true),
        s.flag("track_timestamps_staleness", false),
        protocols,
        s.scalar("fallback_scrape_protocol", ScrapeProtocol.keys(), ScrapeProtocol::of),
        shared.legacyNames(),
        escaping,
        shared.extraMetrics(),
        s.flag("enable_compression", true),
        new ExpositionParser.Options(
            shared.nativeHistograms(), shared.alwaysClassic(), shared.customBuckets(), startTimes));
  }

  private ScrapeJob.Limits histogramLimits(Section s, ScrapeJob.Limits l) {
    double factor = s.number("native_histogram_min_bucket_factor", 0);
    problems.expect(
        factor >= 0,
        s.where("native_histogram_min_bucket_factor"),
        factor,
        "0 (the finest) or more");
    return new ScrapeJob.Limits(
        l.samples(),
        l.bodySize(),
        l.labels(),
        l.labelNameLength(),
        l.labelValueLength(),
        l.targets(),
        l.keepDroppedTargets(),
        count(s, "native_histogram_bucket_limit", 0),
        ScrapeJob.Limits.finestSchema(factor));
  }

  private static Map<String, List<String>> params(Section s) {
    var params = new HashMap<String, List<String>>();
    s.keys().forEach(key -> params.put(key, s.listed(key)));
    return params;
  }

  static List<ScrapeJob.TargetGroup> targets(Section s, String key) {
    var all = new ArrayList<ScrapeJob.TargetGroup>();
    for (var one : s.sections(key)) {
      var targets = one.listed("targets");
      for (var target : targets) {
        s.problems()
            .expect(
                !target.contains("/"),
                one.where("targets"),
                "'" + target + "'",
                "host:port, without a scheme or a path");
      }
      all.add(
          new ScrapeJob.TargetGroup(one.where("targets"), targets, Labels.of(one.map("labels"))));
      one.finish();
    }
    return all;
  }

  private List<ScrapeJob.HttpSdConfig> httpSdConfigs(Section s) {
    var all = new ArrayList<ScrapeJob.HttpSdConfig>();
    for (var one : s.sections("http_sd_configs")) {
      one.required("url", "the address that lists targets");
      var url =
          one.scalar("url", "http://host/path or https://host/path", HttpClientConfig::httpUrl)
              .orElse(NOWHERE);
      var refresh = one.duration("refresh_interval", HTTP_REFRESH);
      problems.expect(refresh.isPositive(), one.where("refresh_interval"), refresh, "more than 0s");
      all.add(
          new ScrapeJob.HttpSdConfig(
              url,
              refresh.isPositive() ? refresh : HTTP_REFRESH,
              HttpClientConfig.read(one).resolve(folder)));
      one.finish();
    }
    return all;
  }

  private List<ScrapeJob.FileSdConfig> fileSdConfigs(Section s) {
    var all = new ArrayList<ScrapeJob.FileSdConfig>();
    for (var one : s.sections("file_sd_configs")) {
      var patterns = one.listed("files");
      problems.expect(
          !patterns.isEmpty(), one.where("files"), "none", "at least one file or pattern");
      var read = new ArrayList<FilePattern>();
      for (var pattern : patterns) {
        try {
          read.add(FilePattern.of(pattern).in(folder));
        } catch (IllegalArgumentException _) {
          problems.expect(false, one.where("files"), "'" + pattern + "'", FilePattern.FORM);
        }
      }
      all.add(
          new ScrapeJob.FileSdConfig(
              List.copyOf(read), one.duration("refresh_interval", FILE_REFRESH)));
      one.finish();
    }
    return all;
  }
}
