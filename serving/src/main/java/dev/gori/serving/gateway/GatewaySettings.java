package dev.gori.serving.gateway;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The section `gateway` of `environment.yaml`. This file has every key, its default and its
/// limits.
///
/// @param model the registered model that all variants serve versions of
/// @param variants the slots, by name
/// @param aliases the alias that a reload without a version loads, by variant; `champion` for other
///   variants
/// @param maxRows maximum rows of one request
/// @param maxBody maximum body of a prediction request
/// @param concurrency predictions of one variant that run concurrently
/// @param queue predictions of one variant that wait; more are rejected with 429
/// @param queueWait how long a prediction waits before it is rejected with 429
/// @param predictionDeadline how long a model may take for one request, including the wait for a
///   thread; then the gateway terminates the run and responds 504
/// @param keepVersions versions kept on disk besides each variant's current and previous versions
/// @param shadowQueue request copies that wait for the shadow variant; more are dropped and counted
/// @param registryDeadline timeout of one call to the registry
public record GatewaySettings(
    String model,
    List<String> variants,
    Map<String, String> aliases,
    int maxRows,
    Bytes maxBody,
    int concurrency,
    int queue,
    Duration queueWait,
    Duration predictionDeadline,
    int keepVersions,
    int shadowQueue,
    Duration registryDeadline) {

  public static final GatewaySettings DEFAULTS =
      new GatewaySettings(
          "user_events",
          List.of("A", "B"),
          Map.of("B", "challenger"),
          10_000,
          Bytes.mebi(8),
          64,
          1_024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          5,
          256,
          Duration.ofSeconds(30));

  static final String DEFAULT_ALIAS = "champion";

  public GatewaySettings {
    variants = List.copyOf(variants);
    aliases = Map.copyOf(aliases);
  }

  public static GatewaySettings read(Section section, Problems problems) {
    var settings =
        new GatewaySettings(
            section.textOr("model", DEFAULTS.model),
            section.has("variants") ? section.texts("variants") : DEFAULTS.variants,
            section.has("aliases") ? section.map("aliases") : DEFAULTS.aliases,
            whole(section, "max_rows", DEFAULTS.maxRows),
            section.bytes("max_body", DEFAULTS.maxBody),
            whole(section, "concurrency", DEFAULTS.concurrency),
            whole(section, "queue", DEFAULTS.queue),
            section.duration("queue_wait", DEFAULTS.queueWait),
            section.duration("prediction_deadline", DEFAULTS.predictionDeadline),
            whole(section, "keep_versions", DEFAULTS.keepVersions),
            whole(section, "shadow_queue", DEFAULTS.shadowQueue),
            section.duration("registry_deadline", DEFAULTS.registryDeadline));
    settings.check(section, problems);
    section.finish();
    return settings;
  }

  /// The alias that a variant follows.
  String alias(String variant) {
    return aliases.getOrDefault(variant, DEFAULT_ALIAS);
  }

  GatewaySettings withQueue(
      int newConcurrency, int newQueue, Duration newWait, int newShadowQueue) {
    return new GatewaySettings(
        model,
        variants,
        aliases,
        maxRows,
        maxBody,
        newConcurrency,
        newQueue,
        newWait,
        predictionDeadline,
        keepVersions,
        newShadowQueue,
        registryDeadline);
  }

  GatewaySettings withPredictionDeadline(Duration newDeadline) {
    return new GatewaySettings(
        model,
        variants,
        aliases,
        maxRows,
        maxBody,
        concurrency,
        queue,
        queueWait,
        newDeadline,
        keepVersions,
        shadowQueue,
        registryDeadline);
  }

  private static int whole(Section section, String key, int otherwise) {
    return Math.clamp(section.integer(key, otherwise), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private void check(Section section, Problems problems) {
    problems.expect(!variants.isEmpty(), section.where("variants"), variants, "at least one name");
    for (var variant : variants) {
      problems.expect(
          variant.matches("[A-Za-z0-9_-]{1,32}"),
          section.where("variants"),
          variant,
          "up to 32 letters, digits, '_' or '-'");
    }
    for (var variant : aliases.keySet()) {
      problems.expect(
          variants.contains(variant), section.where("aliases"), variant, "one of " + variants);
    }
    problems.expect(!model.isBlank(), section.where("model"), model, "a registered model's name");
    problems.expect(maxRows >= 1, section.where("max_rows"), maxRows, "1 or more");
    problems.expect(maxBody.count() >= 64, section.where("max_body"), maxBody, "64 B or more");
    problems.expect(concurrency >= 1, section.where("concurrency"), concurrency, "1 or more");
    problems.expect(
        !predictionDeadline.isZero(), section.where("prediction_deadline"), "0s", "more than 0s");
    problems.expect(queue >= 0, section.where("queue"), queue, "0 or more");
    problems.expect(keepVersions >= 1, section.where("keep_versions"), keepVersions, "1 or more");
    problems.expect(shadowQueue >= 1, section.where("shadow_queue"), shadowQueue, "1 or more");
  }
}
