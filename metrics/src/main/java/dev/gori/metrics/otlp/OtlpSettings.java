package dev.gori.metrics.otlp;

import dev.gori.base.conf.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The section `otlp:` of `metrics:`, with the keys and defaults of Prometheus's section of that
/// name.
///
/// @param promote resource attributes to promote to labels
/// @param keepIdentifying whether `target_info` keeps `service.name` and the other identifying
///   attributes
/// @param customBuckets whether to convert explicit-bucket histograms to native ones with custom
///   buckets
/// @param promoteScope whether to add scope name, version, schema URL and attributes as labels
/// @param keyBeforeUnderscore whether to prefix `key` to labels that begin with one underscore
/// @param keepUnderscores whether to keep multiple consecutive underscores in label names
public record OtlpSettings(
    Promotion promote,
    boolean keepIdentifying,
    boolean customBuckets,
    boolean promoteScope,
    Strategy strategy,
    boolean keyBeforeUnderscore,
    boolean keepUnderscores) {

  public static final OtlpSettings DEFAULTS =
      new OtlpSettings(
          new Promotion(false, Set.of()),
          false,
          false,
          false,
          Strategy.UNDERSCORES_WITH_SUFFIXES,
          true,
          true);

  /// @param all whether to promote all attributes except the named ones, or only the named ones
  public record Promotion(boolean all, Set<String> named) {
    public Promotion {
      named = Set.copyOf(named);
    }

    boolean takes(String attribute) {
      return named.contains(attribute) != all;
    }
  }

  /// Name translation strategies.
  public enum Strategy {
    UNDERSCORES_WITH_SUFFIXES("UnderscoreEscapingWithSuffixes", true, true),
    UNDERSCORES_WITHOUT_SUFFIXES("UnderscoreEscapingWithoutSuffixes", true, false),
    UTF8_WITH_SUFFIXES("NoUTF8EscapingWithSuffixes", false, true),
    NO_TRANSLATION("NoTranslation", false, false);

    private final String key;
    final boolean escapes;
    final boolean addsSuffixes;

    Strategy(String key, boolean escapes, boolean addsSuffixes) {
      this.key = key;
      this.escapes = escapes;
      this.addsSuffixes = addsSuffixes;
    }

    private static Strategy of(String key) {
      return Arrays.stream(values())
          .filter(one -> one.key.equals(key))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(key));
    }

    private static String keys() {
      return Arrays.stream(values()).map(one -> one.key).collect(Collectors.joining(", "));
    }
  }

  /// Reads the section; missing keys have their defaults.
  public static OtlpSettings read(Section s) {
    var d = DEFAULTS;
    var read =
        new OtlpSettings(
            promotion(s),
            s.flag("keep_identifying_resource_attributes", d.keepIdentifying),
            s.flag("convert_histograms_to_nhcb", d.customBuckets),
            s.flag("promote_scope_metadata", d.promoteScope),
            s.scalar("translation_strategy", Strategy.keys(), Strategy::of).orElse(d.strategy),
            s.flag("label_name_underscore_sanitization", d.keyBeforeUnderscore),
            s.flag("label_name_preserve_multiple_underscores", d.keepUnderscores));
    s.finish();
    return read;
  }

  private static Promotion promotion(Section s) {
    boolean all = s.flag("promote_all_resource_attributes", false);
    var promoted = names(s, "promote_resource_attributes");
    var ignored = names(s, "ignore_resource_attributes");
    s.problems()
        .expect(
            !all || promoted.isEmpty(),
            s.where("promote_resource_attributes"),
            "a list",
            "none where promote_all_resource_attributes is true");
    s.problems()
        .expect(
            all || ignored.isEmpty(),
            s.where("ignore_resource_attributes"),
            "a list",
            "none unless promote_all_resource_attributes is true");
    return new Promotion(all, Set.copyOf(all ? ignored : promoted));
  }

  private static List<String> names(Section s, String key) {
    var names = s.texts(key).stream().map(String::strip).toList();
    Optional<String> twice =
        names.stream().filter(name -> names.indexOf(name) != names.lastIndexOf(name)).findFirst();
    s.problems()
        .expect(
            twice.isEmpty(),
            s.where(key),
            "'" + twice.orElse("") + "' twice",
            "each attribute once");
    s.problems()
        .expect(
            names.stream().noneMatch(String::isEmpty),
            s.where(key),
            "an empty name",
            "names of attributes");
    return names.stream().distinct().toList();
  }
}
