package dev.gori.metrics.api;

import dev.gori.metrics.rules.GroupView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A page of rule groups, sorted by file and name.
///
/// @param limit groups per page; 0 for no limit
/// @param begin token of the first group; empty for the first page
record RuleGroupPage(int limit, String begin) {

  private static final Comparator<GroupView> ORDER =
      Comparator.comparing((GroupView view) -> view.group().file())
          .thenComparing(view -> view.group().name());

  static RuleGroupPage of(Parameters parameters) {
    var token = parameters.text("group_next_token").orElse("");
    var limit = limit(parameters.text("group_limit").orElse(""));
    if (!token.isEmpty() && limit.isEmpty()) {
      throw Parameters.invalid(
          "group_next_token",
          "group_limit needs to be present in order to paginate over the groups");
    }
    if (limit.isPresent() && limit.get() <= 0) {
      throw Parameters.invalid("group_limit", "group_limit needs to be greater than 0");
    }
    return new RuleGroupPage(limit.orElse(0), token);
  }

  private static Optional<Integer> limit(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(GoNumber.small("ParseInt", text));
    } catch (IllegalArgumentException e) {
      throw Parameters.invalid(
          "group_limit", "group_limit needs to be a valid number: " + e.getMessage(), e);
    }
  }

  /// The groups from the start of the page.
  List<GroupView> from(List<GroupView> all) {
    var sorted = all.stream().sorted(ORDER).toList();
    if (begin.isEmpty()) {
      return sorted;
    }
    var rest = sorted.stream().dropWhile(view -> !token(view).equals(begin)).toList();
    if (rest.isEmpty()) {
      throw Parameters.invalid(
          "group_next_token",
          "invalid group_next_token '%s'. were rule groups changed?".formatted(begin));
    }
    return rest;
  }

  boolean isFull(int shown) {
    return limit > 0 && shown >= limit;
  }

  /// The pagination token of a group.
  static String token(GroupView view) {
    try {
      var name = view.group().file() + ";" + view.group().name();
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
