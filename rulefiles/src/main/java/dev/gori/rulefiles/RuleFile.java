package dev.gori.rulefiles;

import dev.gori.base.conf.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A rule file of Prometheus or Loki.
///
/// @param name the file's name as it was given
public record RuleFile(String name, List<RuleGroup> groups) {

  public RuleFile {
    groups = List.copyOf(groups);
  }

  /// Reads a file. Each problem is added as a line `file:line: …`; the result must not be used when
  /// there is one.
  public static RuleFile parse(
      String name,
      String text,
      ExpressionChecker expressions,
      TemplateExpander templates,
      List<String> problems) {
    var found = new Problems();
    var groups = new RuleFileReader(name, expressions, templates, found).groups(text);
    problems.addAll(found.all());
    return new RuleFile(name, groups);
  }

  /// Reads a file without checking its templates.
  public static RuleFile parse(
      String name, String text, ExpressionChecker expressions, List<String> problems) {
    return parse(name, text, expressions, (template, labels, value) -> template, problems);
  }

  /// The same, with a query offset for the groups that have none.
  public RuleFile withQueryOffset(Duration offset) {
    return new RuleFile(name, groups.stream().map(group -> group.withQueryOffset(offset)).toList());
  }

  /// Groups of several files; a group's name must be unique in its file only.
  public static List<RuleGroup> allGroups(List<RuleFile> files) {
    var all = new ArrayList<RuleGroup>();
    files.forEach(file -> all.addAll(file.groups()));
    return List.copyOf(all);
  }
}
