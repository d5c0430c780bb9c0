package dev.gori.metrics.scrape;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Conf.Value;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.scrape.ScrapeConfig.Defaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a Prometheus configuration file.
final class ConfigReader {

  /// Top-level keys that the role is configured with elsewhere, or does not support, with the
  /// reason.
  private static final Map<String, String> UNSUPPORTED_TOP =
      Map.of(
          "rule_files", "all rule files of the environment are loaded",
          "remote_write", "set remote_write_to in metrics: of environment.yaml",
          "remote_read", "reading from other servers is not supported",
          "storage",
              "set retention, retention_size, out_of_order_time_window and max_exemplars in metrics: of environment.yaml",
          "tracing", "traces are not supported",
          "otlp", "set it in metrics: of environment.yaml",
          "runtime", "there is no Go runtime");

  /// Keys of `global` that the role does not support.
  private static final List<String> UNSUPPORTED_GLOBAL =
      List.of("query_max_series", "query_max_samples_read", "query_max_duration");

  private final Defaults defaults;
  private final ConfigDirectory directory;
  private final Problems problems;
  private final List<ScrapeJob> jobs = new ArrayList<>();
  private final Map<String, String> names = new LinkedHashMap<>();

  ConfigReader(Defaults defaults, Problems problems) {
    this.defaults = defaults;
    this.directory = defaults.directory();
    this.problems = problems;
  }

  ScrapeConfig read(String file, String text) {
    var value = Conf.value(file, text, problems).orElse(new Value.Absent(1));
    directory.bounds().ifPresent(own -> own.check(file, value, directory.folder(), problems));
    var top = Conf.section(file, value, problems);
    var reader = new ScrapeJobReader(directory.folder(), defaults.startTimes(), problems);
    var global = top.section("global");
    var shared = reader.globalDefaults(global, ScrapeJobReader.GlobalDefaults.defaults(defaults));
    var evaluation = global.duration("evaluation_interval", defaults.evaluationInterval());
    problems.expect(
        evaluation.isPositive(), global.where("evaluation_interval"), evaluation, "more than 0s");
    var external = externalLabels(global);
    var offset = global.duration("rule_query_offset", Duration.ZERO);
    reject(global, List.of("query_log_file"), "queries are not logged to a file");
    reject(global, UNSUPPORTED_GLOBAL, "set query limits in metrics: of environment.yaml");
    global.finish();
    UNSUPPORTED_TOP.forEach((key, why) -> reject(top, List.of(key), why));
    var alerting = AlertingConfig.read(top.section("alerting"), directory.folder());
    jobs(top, reader, shared);
    top.texts("scrape_config_files").forEach(pattern -> jobsOf(top, pattern, shared));
    top.finish();
    return new ScrapeConfig(RedactedConfig.of(value), evaluation, offset, external, alerting, jobs);
  }

  private void reject(Section section, List<String> keys, String why) {
    for (var key : keys) {
      problems.expect(
          !section.has(key), section.where(key), "'" + key + "'", "no such key: " + why);
    }
  }

  private Labels externalLabels(Section global) {
    var labels = new LinkedHashMap<String, String>();
    global
        .map("external_labels")
        .forEach(
            (name, value) -> {
              problems.expect(
                  !name.isEmpty(), global.where("external_labels"), "''", "a label's name");
              labels.put(name, expandVariables(global.where("external_labels"), value));
            });
    return Labels.of(labels);
  }

  private String expandVariables(String where, String value) {
    try {
      return directory.variables().expand(value);
    } catch (IllegalArgumentException e) {
      problems.expect(
          false,
          where,
          "the variable " + e.getMessage(),
          "a variable with the prefix "
              + directory.variables().prefix()
              + ", others are not this environment's");
      return value;
    }
  }

  private void jobs(Section top, ScrapeJobReader reader, ScrapeJobReader.GlobalDefaults shared) {
    for (var section : top.sections("scrape_configs")) {
      var job = reader.job(section, shared);
      var where = section.where("job_name");
      var there = Optional.ofNullable(names.putIfAbsent(job.name(), where));
      problems.expect(
          there.isEmpty(),
          where,
          "'" + job.name() + "', as in " + there.orElse(""),
          "each job name once");
      problems.expect(
          !directory.reservedJobs().contains(job.name()),
          where,
          "'" + job.name() + "' is a reserved job name",
          "another name");
      jobs.add(job);
    }
  }

  /// Reads the jobs of the files that match a pattern. Relative names in such a file start from its
  /// own folder.
  private void jobsOf(Section top, String text, ScrapeJobReader.GlobalDefaults shared) {
    try {
      FilePattern.any(text);
    } catch (IllegalArgumentException _) {
      problems.expect(
          false, top.where("scrape_config_files"), "'" + text + "'", FilePattern.ANY_FORM);
      return;
    }
    if (!directory.allows(directory.folder().resolve(text))) {
      return; // reported already
    }
    try {
      directory.files().matching(text).forEach((name, content) -> jobsIn(name, content, shared));
    } catch (IOException e) {
      problems.add(
          "%s: '%s': %s".formatted(top.where("scrape_config_files"), text, e.getMessage()));
    }
  }

  private void jobsIn(String name, String content, ScrapeJobReader.GlobalDefaults shared) {
    var folder = Optional.ofNullable(directory.folder().resolve(name).getParent());
    var base = folder.orElse(Path.of(""));
    var value = Conf.value(name, content, problems).orElse(new Value.Absent(1));
    directory.bounds().ifPresent(own -> own.check(name, value, base, problems));
    var section = Conf.section(name, value, problems);
    jobs(section, new ScrapeJobReader(base, defaults.startTimes(), problems), shared);
    section.finish();
  }
}
