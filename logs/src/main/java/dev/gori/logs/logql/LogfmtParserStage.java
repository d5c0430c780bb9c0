package dev.gori.logs.logql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// `logfmt`: extracts `key=value key="quoted value"` pairs as labels.
///
/// @param strict whether a malformed pair is an error; otherwise it is ignored
/// @param keepEmpty whether keys without a value become labels too
/// @param fields label to key; empty extracts all pairs
record LogfmtParserStage(boolean strict, boolean keepEmpty, Map<String, String> fields)
    implements Stage {

  @Override
  public boolean apply(LogLine line) {
    var pairs = new LinkedHashMap<String, String>();
    var problem = read(line.text(), pairs);
    if (!problem.isEmpty() && strict) {
      line.error(PipelineError.LOGFMT_PARSER, problem);
      return true;
    }
    if (fields.isEmpty()) {
      pairs.forEach(
          (key, value) -> {
            if (keepEmpty || !value.isEmpty()) {
              line.addExtracted(LogLine.sanitized(key), value);
            }
          });
    } else {
      fields.forEach((label, key) -> line.addExtracted(label, pairs.getOrDefault(key, "")));
    }
    return true;
  }

  /// @return the first problem; empty when there is none
  private static String read(String text, Map<String, String> pairs) {
    var problem = "";
    int at = 0;
    while (at < text.length()) {
      while (at < text.length() && text.charAt(at) <= ' ') {
        at++;
      }
      int start = at;
      while (at < text.length()
          && text.charAt(at) > ' '
          && text.charAt(at) != '='
          && text.charAt(at) != '"') {
        at++;
      }
      var key = text.substring(start, at);
      if (at < text.length() && (key.isEmpty() || text.charAt(at) == '"')) {
        problem =
            problem.isEmpty()
                ? "unexpected '%c' at %d".formatted(text.charAt(at), at + 1)
                : problem;
        at++;
        continue;
      }
      var value = new StringBuilder();
      if (at < text.length() && text.charAt(at) == '=') {
        at = value(text, at + 1, value);
      }
      if (!key.isEmpty()) {
        pairs.putIfAbsent(key, value.toString());
      }
    }
    return problem;
  }

  private static int value(String text, int from, StringBuilder value) {
    int at = from;
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
          value.append(
              switch (text.charAt(at)) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                default -> text.charAt(at);
              });
        } else {
          value.append(text.charAt(at));
        }
        at++;
      }
      return at + 1;
    }
    while (at < text.length() && text.charAt(at) > ' ') {
      value.append(text.charAt(at++));
    }
    return at;
  }

  @Override
  public String toString() {
    return "| logfmt"
        + (strict ? " --strict" : "")
        + (keepEmpty ? " --keep-empty" : "")
        + fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + Literals.quoted(field.getValue()))
            .collect(Collectors.joining(", ", fields.isEmpty() ? "" : " ", ""));
  }
}
