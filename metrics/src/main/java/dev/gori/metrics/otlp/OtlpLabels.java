package dev.gori.metrics.otlp;

import dev.gori.kernel.label.Labels;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The labels of a resource's series: `job` and `instance`, promoted resource attributes, scope
/// labels, point attributes.
final class OtlpLabels {

  private static final String NAMESPACE = "service.namespace";
  private static final String SERVICE = "service.name";
  private static final String INSTANCE = "service.instance.id";
  private static final Set<String> IDENTIFYING = Set.of(NAMESPACE, SERVICE, INSTANCE);
  private static final String SCOPE = "otel_scope_";

  private final OtlpSettings settings;
  private final Map<String, String> identity = new TreeMap<>();
  private final Map<String, String> promoted = new TreeMap<>();
  private final Map<String, String> targetInfo = new TreeMap<>();
  private final boolean hasMoreAttributes;
  private Map<String, String> scope = Map.of();

  /// @throws IllegalArgumentException if an attribute cannot be a label
  OtlpLabels(Resource resource, OtlpSettings settings) {
    this.settings = settings;
    var all = new LinkedHashMap<String, String>();
    resource
        .getAttributesList()
        .forEach(attribute -> all.put(attribute.getKey(), AttributeText.of(attribute.getValue())));
    if (all.containsKey(SERVICE)) {
      var namespace = all.containsKey(NAMESPACE) ? all.get(NAMESPACE) + "/" : "";
      identity.put("job", namespace + all.get(SERVICE));
    }
    if (all.containsKey(INSTANCE)) {
      identity.put("instance", String.valueOf(all.get(INSTANCE)));
    }
    all.forEach(
        (key, value) -> {
          if (settings.promote().takes(key)) {
            promoted.put(MetricNamer.ofLabel(settings, key), value);
          }
        });
    hasMoreAttributes = !IDENTIFYING.containsAll(all.keySet());
    if (!settings.keepIdentifying()) {
      all.keySet().removeAll(IDENTIFYING);
    }
    join(targetInfo, all);
  }

  /// Sets the scope of the metrics that follow.
  ///
  /// @throws IllegalArgumentException if an attribute cannot be a label
  void setScope(ScopeMetrics metrics) {
    scope = Map.of();
    var from = metrics.getScope();
    if (!settings.promoteScope() || from.getName().isEmpty()) {
      return;
    }
    var labels = new TreeMap<String, String>();
    from.getAttributesList()
        .forEach(
            attribute ->
                labels.put(
                    MetricNamer.ofLabel(settings, SCOPE + attribute.getKey()),
                    AttributeText.of(attribute.getValue())));
    labels.put(SCOPE + "name", from.getName());
    labels.put(SCOPE + "version", from.getVersion());
    labels.put(SCOPE + "schema_url", metrics.getSchemaUrl());
    scope = labels;
  }

  /// @param more additional names and values, alternating
  /// @throws IllegalArgumentException if an attribute cannot be a label
  Labels of(String metric, List<KeyValue> attributes, String... more) {
    var labels = new TreeMap<String, String>();
    var values = new LinkedHashMap<String, String>();
    attributes.forEach(
        attribute -> values.put(attribute.getKey(), AttributeText.of(attribute.getValue())));
    join(labels, values);
    promoted.forEach(
        (name, value) -> {
          if (labels.getOrDefault(name, "").isEmpty()) {
            labels.put(name, value);
          }
        });
    labels.putAll(identity);
    labels.putAll(scope);
    labels.put(Labels.NAME, metric);
    for (int i = 0; i < more.length; i += 2) {
      labels.put(more[i], more[i + 1]);
    }
    return Labels.of(labels);
  }

  /// Whether the resource has more attributes than `job` and `instance`, and is identifiable.
  boolean needsTargetInfo() {
    return hasMoreAttributes
        && !targetInfoLabels().without(List.of("job", "instance")).equals(targetInfoLabels());
  }

  /// The labels of `target_info`: the resource's attributes.
  Labels targetInfoLabels() {
    var labels = new TreeMap<>(targetInfo);
    labels.putAll(identity);
    labels.put(Labels.NAME, "target_info");
    return Labels.of(labels);
  }

  /// Adds attributes, sorted by name; values of attributes that become the same label are joined by
  /// `;`.
  private void join(Map<String, String> labels, Map<String, String> attributes) {
    new TreeMap<>(attributes)
        .forEach(
            (key, value) -> {
              if (!key.equals(Labels.NAME)) {
                labels.merge(
                    MetricNamer.ofLabel(settings, key),
                    value,
                    (one, other) -> one.isEmpty() ? other : one + ";" + other);
              }
            });
  }
}
