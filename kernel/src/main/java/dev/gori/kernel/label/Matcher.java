package dev.gori.kernel.label;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// One condition on a label. Regular expressions are RE2's, anchored at both ends, with `.`
/// matching line ends too: the same in PromQL, LogQL and Alertmanager. Matching time is linear in
/// the length of the value, for every expression.
public final class Matcher {

  public enum Op {
    EQUAL("="),
    NOT_EQUAL("!="),
    MATCHES("=~"),
    NOT_MATCHES("!~");

    private final String text;

    Op(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    public boolean isRegex() {
      return this == MATCHES || this == NOT_MATCHES;
    }
  }

  private final String name;
  private final Op op;
  private final String value;
  private final @Nullable Pattern pattern;

  /// @throws IllegalArgumentException when the value of a regular expression does not compile, with
  ///   RE2's reason
  public Matcher(String name, Op op, String value) {
    this.name = name;
    this.op = op;
    this.value = value;
    this.pattern = op.isRegex() ? compile(value) : null;
  }

  public static Matcher equal(String name, String value) {
    return new Matcher(name, Op.EQUAL, value);
  }

  private static Pattern compile(String value) {
    try {
      return Regex.anchored(value);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regular expression '%s': %s".formatted(value, e.getDescription()), e);
    }
  }

  public String name() {
    return name;
  }

  public Op op() {
    return op;
  }

  public String value() {
    return value;
  }

  /// Whether a label value matches; an absent label has the empty value.
  public boolean matches(String candidate) {
    return switch (op) {
      case EQUAL -> value.equals(candidate);
      case NOT_EQUAL -> !value.equals(candidate);
      case MATCHES -> found(candidate);
      case NOT_MATCHES -> !found(candidate);
    };
  }

  public boolean matches(Labels labels) {
    return matches(labels.get(name));
  }

  /// Whether a series without the label matches; a selector needs at least one matcher that does
  /// not match it.
  public boolean matchesEmpty() {
    return matches("");
  }

  private boolean found(String candidate) {
    return pattern != null && pattern.matcher(Regex.input(pattern, candidate)).find();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Matcher that
        && name.equals(that.name)
        && op == that.op
        && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return (name.hashCode() * 31 + op.hashCode()) * 31 + value.hashCode();
  }

  /// `name="value"`, with quotes and backslashes escaped.
  @Override
  public String toString() {
    return name
        + op.text()
        + '"'
        + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
        + '"';
  }
}
