package dev.gori.alerts;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON byte for byte as Go's encoder writes it: no spaces, `<`, `>` and `&` escaped, a line end
/// after the value.
final class GoJson {
  private final StringBuilder out = new StringBuilder();

  private GoJson() {}

  static String document(Object value) {
    var json = new GoJson();
    json.value(value);
    return json.out.append('\n').toString();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> object(map);
      case List<?> list -> array(list);
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag);
      default -> text(value.toString());
    }
  }

  private void object(Map<?, ?> map) {
    out.append('{');
    boolean first = true;
    for (var entry : map.entrySet()) {
      out.append(first ? "" : ",");
      text(String.valueOf(entry.getKey()));
      out.append(':');
      value(entry.getValue());
      first = false;
    }
    out.append('}');
  }

  private void array(List<?> list) {
    out.append('[');
    boolean first = true;
    for (var item : list) {
      out.append(first ? "" : ",");
      value(item);
      first = false;
    }
    out.append(']');
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> escaped(c);
        default -> {
          if (c < ' ' || isLoneSurrogate(text, i)) {
            escaped(c < ' ' ? c : '\uFFFD');
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private void escaped(char c) {
    out.append("\\u%04x".formatted((int) c));
  }
}
