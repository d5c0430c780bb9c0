package dev.gori.rulefiles;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Conf.Value;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Parses a rule file into groups and collects all problems.
final class RuleFileReader {

  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private final String file;
  private final ExpressionChecker expressions;
  private final TemplateExpander templates;
  private final Problems problems;

  RuleFileReader(
      String file, ExpressionChecker expressions, TemplateExpander templates, Problems problems) {
    this.file = file;
    this.expressions = expressions;
    this.templates = templates;
    this.problems = problems;
  }

  List<RuleGroup> groups(String text) {
    return Conf.value(file, text, problems)
        .map(
            top ->
                switch (top) {
                  case Value.Keys _ -> groups(Conf.section(file, top, problems));
                  case Value.Absent _ -> List.<RuleGroup>of();
                  case Value.Items items -> noMapping(items.line(), "a list");
                  case Value.Scalar scalar -> noMapping(scalar.line(), "'" + scalar.text() + "'");
                })
        .orElse(List.of());
  }

  private List<RuleGroup> noMapping(int line, String what) {
    report(line, "rule file is %s (expected: a mapping)".formatted(what));
    return List.of();
  }

  private List<RuleGroup> groups(Section top) {
    var names = new HashSet<String>();
    var groups = top.sections("groups").stream().map(group -> group(group, names)).toList();
    top.text("namespace"); // cortextool writes it; it has no meaning here
    top.finish("rule file");
    return groups;
  }

  private RuleGroup group(Section section, HashSet<String> names) {
    var name = section.textOr("name", "");
    if (name.isEmpty()) {
      report(section.line(), "group without a name (expected: 'name: …')");
    } else if (!names.add(name)) {
      report(
          section.lineOf("name"),
          "group '%s' twice in this file (expected: each name once)".formatted(name));
    }
    var interval = duration(section, "interval");
    var offset = duration(section, "query_offset");
    int limit = limit(section);
    var shared = labels(section.section("labels"), "group '" + name + "': labels");
    var rules = new ArrayList<Rule>();
    for (var rule : section.sections("rules")) {
      rule(rule, shared).ifPresent(rules::add);
    }
    section.text("partial_response_strategy"); // Thanos writes it; it has no meaning here
    section.finish("group");
    return new RuleGroup(file, name, interval, limit, offset, rules, section.line());
  }

  private Optional<Rule> rule(Section section, Map<String, String> shared) {
    boolean records = section.has("record");
    boolean alerts = section.has("alert");
    var name = section.textOr(records ? "record" : "alert", "");
    var expression = section.textOr("expr", "");
    if (records == alerts || name.isEmpty()) {
      report(
          section.line(),
          "rule with %s (expected: exactly one of 'record' and 'alert', with a name)"
              .formatted(records && alerts ? "both 'record' and 'alert'" : "no name"));
      return Optional.empty();
    }
    var what = "rule '" + name + "'";
    checkExpression(section, what, expression);
    var labels = new TreeMap<>(shared);
    var labelSection = section.section("labels");
    labels.putAll(labels(labelSection, what + ": labels"));
    var rule =
        records
            ? recording(section, name, expression, labels)
            : alerting(section, name, expression, labels, labelSection);
    section.finish(what);
    return Optional.of(rule);
  }

  private Rule recording(
      Section section, String name, String expression, Map<String, String> labels) {
    if (!METRIC_NAME.matcher(name).matches()) {
      report(
          section.lineOf("record"),
          "record: '%s' (expected: a metric name of letters, digits, '_' and ':')".formatted(name));
    }
    for (var key : List.of("for", "keep_firing_for", "annotations")) {
      if (section.has(key)) {
        report(
            section.lineOf(key),
            "rule '%s': '%s' belongs to an alert (expected: none in a recording rule)"
                .formatted(name, key));
      }
    }
    return new Rule.Recording(name, expression, Labels.of(labels), section.line());
  }

  private Rule alerting(
      Section section,
      String name,
      String expression,
      Map<String, String> labels,
      Section labelSection) {
    var what = "rule '" + name + "'";
    var hold = duration(section, "for").orElse(Duration.ZERO);
    var keep = duration(section, "keep_firing_for").orElse(Duration.ZERO);
    var annotationSection = section.section("annotations");
    var annotations = labels(annotationSection, what + ": annotations");
    checkTemplates(labelSection, what + ": labels", labels);
    checkTemplates(annotationSection, what + ": annotations", annotations);
    return new Rule.Alerting(
        name, expression, hold, keep, Labels.of(labels), Labels.of(annotations), section.line());
  }

  private void checkExpression(Section section, String what, String expression) {
    if (expression.isBlank()) {
      report(section.line(), what + " without an expression (expected: 'expr: …')");
      return;
    }
    expressions
        .problem(expression)
        .ifPresent(problem -> report(section.lineOf("expr"), what + ": expr: " + problem));
  }

  private void checkTemplates(Section section, String what, Map<String, String> texts) {
    texts.forEach(
        (name, text) ->
            templates
                .problem(text)
                .ifPresent(
                    problem ->
                        report(section.lineOf(name), "%s: %s: %s".formatted(what, name, problem))));
  }

  private Map<String, String> labels(Section section, String what) {
    var texts = new TreeMap<String, String>();
    for (var name : section.keys()) {
      texts.put(name, section.textOr(name, ""));
      if (!LABEL_NAME.matcher(name).matches() || name.equals(Labels.NAME)) {
        report(
            section.lineOf(name),
            "%s: '%s' (expected: a label name of letters, digits and '_')".formatted(what, name));
      }
    }
    return texts;
  }

  private int limit(Section section) {
    var text = section.textOr("limit", "");
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException _) {
      report(section.lineOf("limit"), "limit: '%s' (expected: a number from 0)".formatted(text));
      return 0;
    }
  }

  private Optional<Duration> duration(Section section, String key) {
    var text = section.textOr(key, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PrometheusDuration.parse(text));
    } catch (IllegalArgumentException _) {
      report(
          section.lineOf(key),
          "%s: '%s' (expected: a duration such as 30s, 5m or 1h30m)".formatted(key, text));
      return Optional.empty();
    }
  }

  private void report(int line, String text) {
    problems.add(file + ":" + line + ": " + text);
  }
}
