package dev.gori.promql.syntax;

import dev.gori.kernel.gotext.GoString;
import java.util.Locale;
import java.util.Set;

/// One token of a query.
///
/// @param text as written; for strings the value without quotes and escapes
/// @param raw as written
record Token(Kind kind, String text, String raw, Span span) {

  private static final Set<String> KEYWORDS =
      Set.of(
          "offset",
          "by",
          "without",
          "on",
          "ignoring",
          "group_left",
          "group_right",
          "bool",
          "anchored",
          "smoothed",
          "fill",
          "fill_left",
          "fill_right");

  private static final Set<String> RESERVED =
      Set.of("on", "ignoring", "group_left", "group_right", "bool", "atan2");
  private static final Set<String> TIMES =
      Set.of("start", "end", "step", "range", "min_of", "max_of");

  /// Messages shorten longer literals.
  private static final int LONGEST = 10;

  enum Kind {
    NUMBER("number"),
    DURATION("duration"),
    STRING("string"),
    IDENTIFIER("identifier"),
    SYMBOL(""),
    END("end of input");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /// Whether it is a keyword that cannot be a metric name without quotes.
  boolean isReserved() {
    return kind == Kind.IDENTIFIER && RESERVED.contains(lower());
  }

  /// Whether a parenthesis after it makes it a call; keywords and names with colons are no
  /// functions.
  boolean canNameFunction() {
    return text.indexOf(':') < 0
        && !KEYWORDS.contains(lower())
        && BinaryOp.of(text).isEmpty()
        && AggregateOp.of(text).isEmpty();
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /// Keywords are identifiers in any case.
  boolean isWord(String keyword) {
    return kind == Kind.IDENTIFIER && text.equalsIgnoreCase(keyword);
  }

  /// `Inf` and `NaN`, in any case: numbers wherever keywords are recognized.
  boolean isNumberWord() {
    return isWord("inf") || isWord("nan");
  }

  String lower() {
    return text.toLowerCase(Locale.ROOT);
  }

  private String word() {
    if (TIMES.contains(lower())) {
      return '"' + text + '"';
    }
    if (KEYWORDS.contains(lower())) {
      return "<" + text + ">";
    }
    if (AggregateOp.of(text).isPresent()) {
      return "<aggr:" + text + ">";
    }
    if (BinaryOp.of(text).isPresent()) {
      return "<op:" + text + ">";
    }
    return (isNumberWord() ? "number" : text.indexOf(':') < 0 ? kind.words : "metric " + kind.words)
        + " \""
        + text
        + '"';
  }

  /// Its description in messages between braces, where there are no keywords.
  String descriptionInBraces() {
    return kind == Kind.IDENTIFIER ? kind.words + " \"" + text + '"' : description();
  }

  /// Its description in messages.
  String description() {
    return switch (kind) {
      case END -> kind.words;
      case SYMBOL ->
          text.equals("@")
                  || text.equals("=~")
                  || text.equals("!~")
                  || BinaryOp.of(text).isPresent()
              ? "<op:" + text + ">"
              : '"' + text + '"';
      case IDENTIFIER -> word();
      case NUMBER, DURATION, STRING ->
          kind.words
              + " "
              + (raw.length() <= LONGEST
                  ? GoString.quote(raw)
                  : GoString.quote(raw.substring(0, LONGEST)) + "...");
    };
  }
}
