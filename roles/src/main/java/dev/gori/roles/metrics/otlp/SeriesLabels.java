package dev.gori.roles.metrics.otlp;

import dev.gori.kernel.label.Labels;
import dev.gori.machinery.json.Json;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The labels of one resource's series: its `job` and `instance`, and what a point adds.
final class SeriesLabels {

    private static final String NAME = "__name__";
    private static final String NAMESPACE = "service.namespace";
    private static final String SERVICE = "service.name";
    private static final String INSTANCE = "service.instance.id";

    private final Map<String, String> own = new TreeMap<>();
    private final Map<String, String> described = new TreeMap<>();

    SeriesLabels(Resource resource) {
        var attributes = new LinkedHashMap<String, String>();
        resource.getAttributesList()
                .forEach(
                        attribute ->
                                attributes.put(attribute.getKey(), text(attribute.getValue())));
        var service = attributes.remove(SERVICE);
        var namespace = attributes.remove(NAMESPACE);
        var instance = attributes.remove(INSTANCE);
        if (service != null) {
            own.put("job", namespace == null ? service : namespace + "/" + service);
        }
        if (instance != null) {
            own.put("instance", instance);
        }
        attributes.forEach((key, value) -> join(described, key, value));
    }

    /// @param more names and values in turn
    Labels of(String metric, List<KeyValue> attributes, String... more) {
        var labels = new TreeMap<String, String>();
        attributes.forEach(
                attribute -> join(labels, attribute.getKey(), text(attribute.getValue())));
        labels.putAll(own);
        labels.put(NAME, metric);
        for (int i = 0; i < more.length; i += 2) {
            labels.put(more[i], more[i + 1]);
        }
        return Labels.of(labels);
    }

    /// Whether the resource says more of itself than `job` and `instance`, and can be told from
    /// others.
    boolean describesTarget() {
        return !described.isEmpty() && !own.isEmpty();
    }

    /// `target_info`, which holds what the resource says of itself.
    Labels target() {
        var labels = new TreeMap<>(described);
        labels.putAll(own);
        labels.put(NAME, "target_info");
        return Labels.of(labels);
    }

    /// Two attributes whose names become the same label are joined by `;`.
    private static void join(Map<String, String> labels, String attribute, String value) {
        if (!attribute.isEmpty() && !value.isEmpty()) {
            labels.merge(SeriesName.ofLabel(attribute), value, (one, other) -> one + ";" + other);
        }
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> String.valueOf(value.getBoolValue());
            case INT_VALUE -> String.valueOf(value.getIntValue());
            case DOUBLE_VALUE -> DoubleText.of(value.getDoubleValue());
            case ARRAY_VALUE, KVLIST_VALUE ->
                    new String(Json.write(plain(value)), StandardCharsets.UTF_8);
            case BYTES_VALUE ->
                    Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
            default -> "";
        };
    }

    private static Object plain(AnyValue value) {
        return switch (value.getValueCase()) {
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                    value.getArrayValue().getValuesList().stream()
                            .map(SeriesLabels::plain)
                            .toList();
            case KVLIST_VALUE -> {
                var map = new LinkedHashMap<String, Object>();
                value.getKvlistValue()
                        .getValuesList()
                        .forEach(pair -> map.put(pair.getKey(), plain(pair.getValue())));
                yield map;
            }
            default -> text(value);
        };
    }
}
