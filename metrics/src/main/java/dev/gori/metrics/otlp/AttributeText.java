package dev.gori.metrics.otlp;

import dev.gori.base.json.Json;
import dev.gori.kernel.gotext.GoFloat;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;

/// Attribute values as label values: arrays and maps as JSON, bytes in base64.
final class AttributeText {

  private AttributeText() {}

  static String of(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      case INT_VALUE -> String.valueOf(value.getIntValue());
      case DOUBLE_VALUE -> GoFloat.json(value.getDoubleValue()).replace("e-0", "e-");
      case ARRAY_VALUE, KVLIST_VALUE ->
          new String(Json.write(plain(value)), StandardCharsets.UTF_8);
      case BYTES_VALUE -> Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
      default -> "";
    };
  }

  private static Object plain(AnyValue value) {
    return switch (value.getValueCase()) {
      case BOOL_VALUE -> value.getBoolValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(AttributeText::plain).toList();
      case KVLIST_VALUE -> {
        var map = new LinkedHashMap<String, Object>();
        value
            .getKvlistValue()
            .getValuesList()
            .forEach(pair -> map.put(pair.getKey(), plain(pair.getValue())));
        yield map;
      }
      default -> of(value);
    };
  }
}
