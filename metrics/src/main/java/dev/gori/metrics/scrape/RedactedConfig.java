package dev.gori.metrics.scrape;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Conf.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.regex.Pattern;

/// Renders a configuration with `<secret>` in place of secrets.
final class RedactedConfig {

  private static final String SECRET = "<secret>";
  private static final Set<String> SECRET_KEYS =
      Set.of(
          "password",
          "credentials",
          "bearer_token",
          "client_secret",
          "client_certificate_key",
          "secret_key",
          "key",
          "secrets",
          "proxy_connect_header");

  /// Mappings with user-defined keys, which are never secrets.
  private static final Set<String> USER_DEFINED_KEYS =
      Set.of("labels", "external_labels", "params");

  private static final Pattern URL_PASSWORD = Pattern.compile("(://[^/@:]*:)[^/@]*@");

  private RedactedConfig() {}

  static String of(Value value) {
    return value instanceof Value.Absent ? "" : Conf.text(redacted(value));
  }

  private static Value redacted(Value value) {
    return switch (value) {
      case Value.Absent absent -> absent;
      case Value.Scalar(int line, var text, boolean isText) ->
          new Value.Scalar(
              line, URL_PASSWORD.matcher(text).replaceAll("$1" + SECRET + "@"), isText);
      case Value.Items(int line, var items) ->
          new Value.Items(line, items.stream().map(RedactedConfig::redacted).toList());
      case Value.Keys(int line, var keys, var lines) -> {
        var shown = new LinkedHashMap<String, Value>();
        keys.forEach(
            (key, inner) ->
                shown.put(
                    key,
                    USER_DEFINED_KEYS.contains(key)
                        ? inner
                        : SECRET_KEYS.contains(key) ? hidden(inner) : redacted(inner)));
        yield new Value.Keys(line, shown, lines);
      }
    };
  }

  private static Value hidden(Value value) {
    return switch (value) {
      case Value.Absent absent -> absent;
      case Value.Scalar(int line, var _, boolean _) -> new Value.Scalar(line, SECRET, true);
      case Value.Items(int line, var items) -> {
        var hidden = new ArrayList<Value>();
        items.forEach(item -> hidden.add(hidden(item)));
        yield new Value.Items(line, hidden);
      }
      case Value.Keys(int line, var keys, var lines) -> {
        var hidden = new LinkedHashMap<String, Value>();
        keys.forEach((key, inner) -> hidden.put(key, hidden(inner)));
        yield new Value.Keys(line, hidden, lines);
      }
    };
  }
}
