package dev.gori.logs;

import dev.gori.base.conf.Problems;
import dev.gori.logs.logql.LogQlException;
import dev.gori.logs.logql.Query;
import dev.gori.rulefiles.Rule;
import dev.gori.rulefiles.RuleFile;
import dev.gori.rulefiles.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads log rule files and collects every problem.
final class RuleFiles {

  private RuleFiles() {}

  static List<RuleGroup> read(List<LogsConfig.TextFile> files, Problems problems) {
    var groups = new ArrayList<RuleGroup>();
    for (var file : files) {
      var found = new ArrayList<String>();
      var read =
          RuleFile.parse(
              file.name(), file.text(), RuleFiles::problem, LogTemplates.ruleTemplates(), found);
      found.forEach(problems::add);
      read.groups()
          .forEach(
              group -> {
                rejectRecording(group, problems);
                groups.add(group);
              });
    }
    return List.copyOf(groups);
  }

  private static Optional<String> problem(String expression) {
    try {
      return Query.parse(expression, LogTemplates.lineTemplates()).isMetric()
          ? Optional.empty()
          : Optional.of(
              "1:1: a log query (expected: a metric query, such as count_over_time(… [5m]) > 5)");
    } catch (LogQlException e) {
      return Optional.of(e.reason());
    }
  }

  private static void rejectRecording(RuleGroup group, Problems problems) {
    for (var rule : group.rules()) {
      if (rule instanceof Rule.Recording recording) {
        problems.add(
            "%s:%d: rule '%s': recording rules over logs are not supported (expected: alerting rules only)"
                .formatted(group.file(), recording.line(), recording.name()));
      }
    }
  }
}
