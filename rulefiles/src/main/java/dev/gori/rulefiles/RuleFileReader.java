package dev.gori.rulefiles;

import dev.gori.base.conf.YamlText;
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
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Turns the text of a rule file into groups, collecting every problem.
final class RuleFileReader {

  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private final String file;
  private final Expressions expressions;
  private final Templates templates;
  private final List<String> problems;

  RuleFileReader(String file, Expressions expressions, Templates templates, List<String> problems) {
    this.file = file;
    this.expressions = expressions;
    this.templates = templates;
    this.problems = problems;
  }

  List<RuleGroup> groups(String text) {
    var root = root(text);
    if (root.isEmpty()) {
      return List.of();
    }
    var map = YamlMap.of(root.get(), "rule file", this::report);
    if (map.isEmpty()) {
      return List.of();
    }
    var groups = new ArrayList<RuleGroup>();
    var names = new HashSet<String>();
    for (var node : map.get().list("groups")) {
      YamlMap.of(node, "group", this::report).ifPresent(group -> groups.add(group(group, names)));
    }
    map.get().text("namespace"); // cortextool writes it; it has no meaning here
    map.get().finish();
    return groups;
  }

  private Optional<Node> root(String text) {
    return YamlText.read(file, text, problems::add).filter(node -> !node.getTag().equals(Tag.NULL));
  }

  private RuleGroup group(YamlMap map, HashSet<String> names) {
    var name = map.text("name");
    if (name.isEmpty()) {
      report(map.line(), "group without a name (expected: 'name: …')");
    } else if (!names.add(name)) {
      report(
          map.lineOf("name"),
          "group '%s' twice in this file (expected: each name once)".formatted(name));
    }
    var interval = duration(map, "interval");
    var offset = duration(map, "query_offset");
    int limit = limit(map);
    var shared = labels(map, "labels", "group '" + name + "'");
    var rules = new ArrayList<Rule>();
    for (var node : map.list("rules")) {
      YamlMap.of(node, "rule", this::report)
          .flatMap(rule -> rule(rule, shared))
          .ifPresent(rules::add);
    }
    map.text("partial_response_strategy"); // Thanos writes it; it has no meaning here
    map.finish();
    return new RuleGroup(file, name, interval, limit, offset, rules, map.line());
  }

  private Optional<Rule> rule(YamlMap map, TreeMap<String, String> shared) {
    boolean records = map.has("record");
    boolean alerts = map.has("alert");
    var name = records ? map.text("record") : map.text("alert");
    var expression = map.text("expr");
    if (records == alerts || name.isEmpty()) {
      report(
          map.line(),
          "rule with %s (expected: exactly one of 'record' and 'alert', with a name)"
              .formatted(records && alerts ? "both 'record' and 'alert'" : "no name"));
      return Optional.empty();
    }
    var what = "rule '" + name + "'";
    checkExpression(map, what, expression);
    var labels = new TreeMap<>(shared);
    labels.putAll(labels(map, "labels", what));
    var rule =
        records
            ? recording(map, name, expression, labels)
            : alerting(map, name, expression, labels);
    map.finish(what);
    return Optional.of(rule);
  }

  private Rule recording(YamlMap map, String name, String expression, Map<String, String> labels) {
    if (!METRIC_NAME.matcher(name).matches()) {
      report(
          map.lineOf("record"),
          "record: '%s' (expected: a metric name of letters, digits, '_' and ':')".formatted(name));
    }
    for (var key : List.of("for", "keep_firing_for", "annotations")) {
      if (map.has(key)) {
        map.know(key);
        report(
            map.lineOf(key),
            "rule '%s': '%s' belongs to an alert (expected: none in a recording rule)"
                .formatted(name, key));
      }
    }
    return new Rule.Recording(name, expression, Labels.of(labels), map.line());
  }

  private Rule alerting(YamlMap map, String name, String expression, Map<String, String> labels) {
    var what = "rule '" + name + "'";
    var hold = duration(map, "for").orElse(Duration.ZERO);
    var keep = duration(map, "keep_firing_for").orElse(Duration.ZERO);
    var annotations = labels(map, "annotations", what);
    labels.forEach((label, text) -> checkTemplate(map, "labels", what, label, text));
    annotations.forEach((label, text) -> checkTemplate(map, "annotations", what, label, text));
    return new Rule.Alerting(
        name, expression, hold, keep, Labels.of(labels), Labels.of(annotations), map.line());
  }

  private void checkExpression(YamlMap map, String what, String expression) {
    if (expression.isBlank()) {
      report(map.line(), what + " without an expression (expected: 'expr: …')");
      return;
    }
    expressions
        .problem(expression)
        .ifPresent(problem -> report(map.lineOf("expr"), what + ": expr: " + problem));
  }

  private void checkTemplate(YamlMap map, String key, String what, String label, String text) {
    templates
        .problem(text)
        .ifPresent(
            problem ->
                report(
                    map.lineIn(key, label), "%s: %s: %s: %s".formatted(what, key, label, problem)));
  }

  private TreeMap<String, String> labels(YamlMap map, String key, String what) {
    var texts = map.texts(key);
    for (var name : texts.keySet()) {
      if (!LABEL_NAME.matcher(name).matches() || name.equals(Labels.NAME)) {
        report(
            map.lineIn(key, name),
            "%s: %s: '%s' (expected: a label name of letters, digits and '_')"
                .formatted(what, key, name));
      }
    }
    return texts;
  }

  private int limit(YamlMap map) {
    var text = map.text("limit");
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException _) {
      report(map.lineOf("limit"), "limit: '%s' (expected: a number from 0)".formatted(text));
      return 0;
    }
  }

  private Optional<Duration> duration(YamlMap map, String key) {
    var text = map.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PrometheusDuration.parse(text));
    } catch (IllegalArgumentException _) {
      report(
          map.lineOf(key),
          "%s: '%s' (expected: a duration such as 30s, 5m or 1h30m)".formatted(key, text));
      return Optional.empty();
    }
  }

  private void report(int line, String text) {
    problems.add(file + ":" + line + ": " + text);
  }
}
