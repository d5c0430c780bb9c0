package dev.gori.alerts.routing;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// While an alert that matches `source` fires, it mutes alerts that match `target` and have the
/// same values of the `equal` labels.
public record InhibitRule(List<Matcher> source, List<Matcher> target, List<String> equal) {

  public InhibitRule {
    source = List.copyOf(source);
    target = List.copyOf(target);
    equal = List.copyOf(equal);
  }

  /// Whether one firing alert inhibits another by this rule. An alert that matches both sides is
  /// not inhibited by another one that does.
  public boolean inhibits(Labels firing, Labels candidate) {
    if (!all(target, candidate) || !all(source, firing)) {
      return false;
    }
    boolean bothSides = all(source, candidate) && all(target, firing);
    return !bothSides
        && equal.stream().allMatch(name -> Objects.equals(firing.get(name), candidate.get(name)));
  }

  private static boolean all(List<Matcher> matchers, Labels labels) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels));
  }

  /// The firing alerts that inhibit the candidate by any of the rules.
  public static Stream<Labels> inhibitors(
      List<InhibitRule> rules, Stream<Labels> firing, Labels candidate) {
    var near = rules.stream().filter(rule -> all(rule.target, candidate)).toList();
    return near.isEmpty()
        ? Stream.empty()
        : firing.filter(labels -> near.stream().anyMatch(rule -> rule.inhibits(labels, candidate)));
  }
}
