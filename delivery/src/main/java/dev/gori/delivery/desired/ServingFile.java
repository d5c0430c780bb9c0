package dev.gori.delivery.desired;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// `serving.yaml`: the model, what each variant serves, and the traffic policy.
///
/// @param variants by name; Git declares no version for a missing variant (before the first
///   training all are missing)
public record ServingFile(String model, Map<String, VersionRef> variants, TrafficPolicy traffic) {

  public static final String PATH = "serving.yaml";
  private static final Set<String> NAMES = Set.of("A", "B");

  public ServingFile {
    variants = new LinkedHashMap<>(variants);
  }

  public Optional<VersionRef> variant(String name) {
    return Optional.ofNullable(variants.get(name));
  }

  /// The version that the file pins by number; empty for an alias too.
  public OptionalInt pinned(String variant) {
    return variants.get(variant) instanceof VersionRef.Version(int number)
        ? OptionalInt.of(number)
        : OptionalInt.empty();
  }

  public static ServingFile read(String file, String text, Problems problems) {
    var top = Conf.parse(file, text, problems);
    var model = top.required("model", "the registered model's name, such as user_events");
    var variants = new LinkedHashMap<String, VersionRef>();
    top.named("variants")
        .forEach(
            (name, section) -> {
              problems.expect(
                  NAMES.contains(name), section.where("variant"), "'" + name + "'", "A or B");
              binding(section, problems).ifPresent(binding -> variants.put(name, binding));
            });
    var traffic = traffic(top.section("traffic"), problems);
    top.finish();
    return new ServingFile(model, variants, traffic);
  }

  private static Optional<VersionRef> binding(Section section, Problems problems) {
    var alias = section.text("alias");
    var version =
        section.scalar("version", "a model version's number, 1 or more", ServingFile::number);
    section.finish();
    if (alias.isPresent() == version.isPresent()) {
      problems.add(
          "%s:%d: a variant with %s (expected: either 'version: 7' or 'alias: champion')"
              .formatted(
                  section.file(),
                  section.line(),
                  alias.isPresent() ? "both version and alias" : "neither version nor alias"));
      return Optional.empty();
    }
    return alias.isPresent()
        ? alias.map(VersionRef.Alias::new)
        : version.map(VersionRef.Version::new);
  }

  private static Integer number(String text) {
    int number = Integer.parseInt(text);
    if (number < 1) {
      throw new IllegalArgumentException(text);
    }
    return number;
  }

  private static TrafficPolicy traffic(Section section, Problems problems) {
    var mode = section.textOr("mode", "single");
    var traffic =
        switch (mode) {
          case "single" -> new TrafficPolicy.Single(name(section, "primary", "A", problems));
          case "shadow" ->
              new TrafficPolicy.Shadow(
                  name(section, "primary", "A", problems), name(section, "shadow", "B", problems));
          case "split" -> split(section, problems);
          default -> {
            problems.add(
                "%s: '%s' (expected: single, split or shadow)"
                    .formatted(section.where("mode"), mode));
            yield new TrafficPolicy.Single("A");
          }
        };
    section.finish();
    return traffic;
  }

  private static String name(Section section, String key, String otherwise, Problems problems) {
    var name = section.textOr(key, otherwise);
    problems.expect(NAMES.contains(name), section.where(key), "'" + name + "'", "A or B");
    return name;
  }

  private static TrafficPolicy split(Section section, Problems problems) {
    var weights = new LinkedHashMap<String, Integer>();
    var inner = section.section("weights");
    for (var name : inner.keys()) {
      int weight = (int) inner.integer(name, 0);
      problems.expect(NAMES.contains(name), inner.where(name), "'" + name + "'", "A or B");
      problems.expect(weight >= 0 && weight <= 100, inner.where(name), weight, "0 to 100");
      weights.put(name, weight);
    }
    int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
    problems.expect(sum == 100, section.where("weights"), sum + " together", "100 together");
    return new TrafficPolicy.Split(weights);
  }
}
