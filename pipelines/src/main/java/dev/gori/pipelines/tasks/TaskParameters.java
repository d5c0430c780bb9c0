package dev.gori.pipelines.tasks;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.PrometheusDuration;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rendered `with` of a task. An invalid value is a BAD_REQUEST that names the key.
public record TaskParameters(Map<String, @Nullable Object> values) {

  public boolean has(String key) {
    return values.get(key) != null && !"".equals(values.get(key));
  }

  public Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key))
        .map(String::valueOf)
        .filter(text -> !text.isEmpty());
  }

  public String required(String key) {
    return text(key)
        .orElseThrow(
            () -> FaultException.badRequest("with.%s: nothing (expected: a value)".formatted(key)));
  }

  public double number(String key, double otherwise) {
    return text(key)
        .map(text -> read(key, text, "a finite number", TaskParameters::finite))
        .orElse(otherwise);
  }

  public int whole(String key, int otherwise) {
    return text(key)
        .map(text -> read(key, text, "a whole number", Integer::valueOf))
        .orElse(otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    return text(key)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw FaultException.badRequest(
                          "with.%s: '%s' (expected: true or false)".formatted(key, text));
                })
        .orElse(otherwise);
  }

  public Duration duration(String key, Duration otherwise) {
    return text(key)
        .map(text -> read(key, text, "a duration such as 5m", PrometheusDuration::parse))
        .orElse(otherwise);
  }

  public List<String> texts(String key) {
    return switch (values.get(key)) {
      case null -> List.of();
      case List<?> items -> items.stream().map(String::valueOf).toList();
      case Object one -> List.of(String.valueOf(one));
    };
  }

  /// A nested mapping; empty if absent.
  public TaskParameters section(String key) {
    var inner = new LinkedHashMap<String, @Nullable Object>();
    switch (values.get(key)) {
      case null -> {}
      case Map<?, ?> map -> map.forEach((name, value) -> inner.put(String.valueOf(name), value));
      case Object other ->
          throw FaultException.badRequest(
              "with.%s: '%s' (expected: keys with values)".formatted(key, other));
    }
    return new TaskParameters(inner);
  }

  /// Rejects NaN and infinity: every comparison with a limit of NaN would be false.
  private static double finite(String text) {
    double number = Double.parseDouble(text);
    if (!Double.isFinite(number)) {
      throw new NumberFormatException(text);
    }
    return number;
  }

  private static <T> T read(String key, String text, String expected, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw FaultException.badRequest(
          "with.%s: '%s' (expected: %s)".formatted(key, text, expected));
    }
  }
}
