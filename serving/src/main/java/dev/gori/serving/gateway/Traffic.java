package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The policy that chooses the variant for a request.
sealed interface Traffic {

  /// @param mode the policy's mode in the response; plain ASCII without quotes
  /// @param reason the reason of the choice in the response; plain ASCII without quotes
  /// @param copyTo the variant that gets a copy; null for none
  record Choice(String variant, String mode, String reason, @Nullable String copyTo) {
    static Choice direct(String variant) {
      return new Choice(variant, "direct", "variant in the path", null);
    }
  }

  /// @param client the value of `X-Client-Id`, else the request id
  Choice choose(String client);

  /// The variants that must be loaded for this policy.
  List<String> variants();

  /// The body of `PUT /traffic` that sets this policy.
  Map<String, @Nullable Object> json();

  /// One variant answers all requests.
  record Single(String primary, Choice choice) implements Traffic {
    Single(String primary) {
      this(primary, new Choice(primary, "single", "primary", null));
    }

    @Override
    public Choice choose(String client) {
      return choice;
    }

    @Override
    public List<String> variants() {
      return List.of(primary);
    }

    @Override
    public Map<String, @Nullable Object> json() {
      return Json.object("mode", "single", "primary", primary);
    }
  }

  /// One variant answers; another gets a copy of each request, without delaying the response.
  record Shadow(String primary, String shadow, Choice choice) implements Traffic {
    Shadow(String primary, String shadow) {
      this(primary, shadow, new Choice(primary, "shadow", "primary, copied to " + shadow, shadow));
    }

    @Override
    public Choice choose(String client) {
      return choice;
    }

    @Override
    public List<String> variants() {
      return List.of(primary, shadow);
    }

    @Override
    public Map<String, @Nullable Object> json() {
      return Json.object("mode", "shadow", "primary", primary, "shadow", shadow);
    }
  }

  /// Assigns each client to one variant, the same on every replica and after restarts.
  ///
  /// The rule: SHA-256 of the client id's UTF-8 bytes; its first eight bytes as a big-endian
  /// number, shifted right by eleven bits and divided by 2^53, are the client's position in [0, 1).
  /// The variants, ordered by name, share [0, 1) by their weights; the client goes to the variant
  /// whose share contains its position. With two variants, a changed weight moves only the clients
  /// between the old border and the new one.
  record Split(TreeMap<String, Integer> weights, int total) implements Traffic {
    Split(Map<String, Integer> weights) {
      this(new TreeMap<>(weights), weights.values().stream().mapToInt(Integer::intValue).sum());
    }

    @Override
    public Choice choose(String client) {
      double place = place(client);
      double border = 0;
      for (var entry : weights.entrySet()) {
        border += (double) entry.getValue() / total;
        if (place < border) {
          return choice(entry.getKey(), place);
        }
      }
      return choice(weights.lastKey(), place);
    }

    private Choice choice(String variant, double place) {
      var shares =
          weights.entrySet().stream()
              .map(entry -> entry.getKey() + " " + entry.getValue())
              .collect(Collectors.joining(", "));
      return new Choice(
          variant,
          "split",
          String.format(Locale.ROOT, "client at %.4f of %s", place, shares),
          null);
    }

    static double place(String client) {
      try {
        var digest =
            MessageDigest.getInstance("SHA-256").digest(client.getBytes(StandardCharsets.UTF_8));
        long first = 0;
        for (int i = 0; i < 8; i++) {
          first = first << 8 | digest[i] & 0xff;
        }
        return (first >>> 11) * 0x1.0p-53;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    @Override
    public List<String> variants() {
      return weights.entrySet().stream()
          .filter(entry -> entry.getValue() > 0)
          .map(Map.Entry::getKey)
          .toList();
    }

    @Override
    public Map<String, @Nullable Object> json() {
      return Json.object("mode", "split", "weights", weights);
    }
  }

  /// @param known the gateway's variants
  /// @throws FaultException BAD_REQUEST for an unknown mode or variant, or invalid weights
  static Traffic read(JsonNode node, Collection<String> known) {
    var mode = node.path("mode").asString("");
    return switch (mode) {
      case "single" -> new Single(variant(node, "primary", known).orElse(known.iterator().next()));
      case "shadow" -> {
        var primary = variant(node, "primary", known).orElse(known.iterator().next());
        var shadow =
            variant(node, "shadow", known)
                .orElseThrow(
                    () ->
                        FaultException.badRequest(
                            "traffic.shadow: missing (expected: one of %s)".formatted(known)));
        if (primary.equals(shadow)) {
          throw FaultException.badRequest(
              "traffic.shadow: '%s' is the primary too (expected: another variant)"
                  .formatted(shadow));
        }
        yield new Shadow(primary, shadow);
      }
      case "split" -> split(node.path("weights"), known);
      default ->
          throw FaultException.badRequest(
              "traffic.mode: '%s' (expected: single, split or shadow)".formatted(mode));
    };
  }

  private static Split split(JsonNode node, Collection<String> known) {
    var weights = new TreeMap<String, Integer>();
    for (var entry : node.properties()) {
      var weight = entry.getValue();
      if (!known.contains(entry.getKey())) {
        throw FaultException.badRequest(
            "traffic.weights: '%s' (expected: some of %s)".formatted(entry.getKey(), known));
      }
      if (!weight.isInt() || weight.asInt() < 0 || weight.asInt() > 1_000_000) {
        throw FaultException.badRequest(
            "traffic.weights.%s: %s (expected: a whole number from 0 to 1000000)"
                .formatted(entry.getKey(), weight));
      }
      weights.put(entry.getKey(), weight.asInt());
    }
    if (weights.values().stream().allMatch(weight -> weight == 0)) {
      throw FaultException.badRequest(
          "traffic.weights: %s (expected: a weight for each variant, one of them more than 0)"
              .formatted(weights));
    }
    return new Split(weights);
  }

  private static Optional<String> variant(JsonNode node, String key, Collection<String> known) {
    if (!node.has(key)) {
      return Optional.empty();
    }
    var name = node.path(key).asString("");
    if (!known.contains(name)) {
      throw FaultException.badRequest(
          "traffic.%s: '%s' (expected: one of %s)".formatted(key, name, known));
    }
    return Optional.of(name);
  }
}
