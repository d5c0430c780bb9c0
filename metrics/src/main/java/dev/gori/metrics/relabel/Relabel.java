package dev.gori.metrics.relabel;

import com.google.re2j.Pattern;
import dev.gori.base.conf.Section;
import dev.gori.kernel.gotext.GoRegexp;
import dev.gori.kernel.label.Labels;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// One relabelling step.
///
/// @param regex anchored at both ends
/// @param modulus of `hashmod`
public record Relabel(
    Action action,
    List<String> sourceLabels,
    String separator,
    Pattern regex,
    String regexText,
    long modulus,
    String targetLabel,
    String replacement) {

  public enum Action {
    REPLACE,
    KEEP,
    DROP,
    KEEPEQUAL,
    DROPEQUAL,
    HASHMOD,
    LABELMAP,
    LABELDROP,
    LABELKEEP,
    LOWERCASE,
    UPPERCASE;

    static Action of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  /// Reads the steps under a key; problems go to the section.
  public static List<Relabel> read(Section section, String key) {
    return RelabelReader.read(section, key);
  }

  /// The labels after all steps; empty if a step drops them.
  public static Optional<Labels> all(List<Relabel> steps, Labels labels) {
    if (steps.isEmpty()) {
      return Optional.of(labels);
    }
    var now = labels.toMap();
    for (var step : steps) {
      if (!step.apply(now)) {
        return Optional.empty();
      }
    }
    return Optional.of(Labels.of(now));
  }

  /// Changes the labels; false if the step drops them.
  private boolean apply(TreeMap<String, String> labels) {
    var source =
        sourceLabels.stream()
            .map(name -> labels.getOrDefault(name, ""))
            .collect(Collectors.joining(separator));
    switch (action) {
      case KEEP -> {
        return regex.matches(source);
      }
      case DROP -> {
        return !regex.matches(source);
      }
      case KEEPEQUAL -> {
        return labels.getOrDefault(targetLabel, "").equals(source);
      }
      case DROPEQUAL -> {
        return !labels.getOrDefault(targetLabel, "").equals(source);
      }
      case REPLACE -> replace(labels, source);
      case LOWERCASE -> set(labels, targetLabel, source.toLowerCase(Locale.ROOT));
      case UPPERCASE -> set(labels, targetLabel, source.toUpperCase(Locale.ROOT));
      case HASHMOD ->
          set(labels, targetLabel, hash(source).mod(BigInteger.valueOf(modulus)).toString());
      case LABELMAP ->
          new TreeMap<>(labels)
              .forEach(
                  (name, value) -> {
                    var match = regex.matcher(name);
                    if (match.matches()) {
                      set(labels, GoRegexp.expand(replacement, match), value);
                    }
                  });
      case LABELDROP -> labels.keySet().removeIf(regex::matches);
      case LABELKEEP -> labels.keySet().removeIf(name -> !regex.matches(name));
    }
    return true;
  }

  private void replace(TreeMap<String, String> labels, String source) {
    var match = regex.matcher(source);
    if (!match.matches()) {
      return;
    }
    var target = GoRegexp.expand(targetLabel, match);
    if (!target.isEmpty()) {
      set(labels, target, GoRegexp.expand(replacement, match));
    }
  }

  private static void set(TreeMap<String, String> labels, String name, String value) {
    if (value.isEmpty()) {
      labels.remove(name);
    } else {
      labels.put(name, value);
    }
  }

  /// The last eight bytes of the MD5 sum, as in Prometheus.
  private static BigInteger hash(String text) {
    try {
      var sum = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return new BigInteger(1, Arrays.copyOfRange(sum, 8, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("MD5 is part of every Java platform", e);
    }
  }
}
