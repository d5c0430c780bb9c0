package dev.gori.metrics.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.gori.base.json.Json;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Decodes OTLP/JSON: protobuf's JSON mapping, with hexadecimal trace and span ids, and enums as
/// numbers. Unknown keys are ignored, as OTLP requires.
final class OtlpJsonDecoder {

  private static final Set<String> IDS = Set.of("trace_id", "span_id");
  private static final int MAX_DEPTH = 100;

  private OtlpJsonDecoder() {}

  /// @throws dev.gori.kernel.fault.FaultException if it is not JSON
  /// @throws IllegalArgumentException if a value has the wrong type
  static ExportMetricsServiceRequest read(byte[] bytes) {
    var request = ExportMetricsServiceRequest.newBuilder();
    fill(request, Json.parse(bytes), 0);
    return request.build();
  }

  private static void fill(Message.Builder into, JsonNode from, int depth) {
    var type = into.getDescriptorForType();
    if (!from.isObject() || depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "%s: %s (expected: an object, at most %d in each other)"
              .formatted(type.getName(), shortened(from), MAX_DEPTH));
    }
    for (var field : type.getFields()) {
      var value = from.path(field.getJsonName());
      value = value.isMissingNode() ? from.path(field.getName()) : value;
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      if (!field.isRepeated()) {
        into.setField(field, value(into, field, value, depth));
        continue;
      }
      if (!value.isArray()) {
        throw invalid(field, value, "a list");
      }
      for (var one : value) {
        into.addRepeatedField(field, value(into, field, one, depth));
      }
    }
  }

  private static Object value(
      Message.Builder parent, FieldDescriptor field, JsonNode value, int depth) {
    return switch (field.getJavaType()) {
      case MESSAGE -> {
        var inner = parent.newBuilderForField(field);
        fill(inner, value, depth + 1);
        yield inner.build();
      }
      case STRING -> text(value).orElseThrow(() -> invalid(field, value, "a string"));
      case BOOLEAN -> {
        if (!value.isBoolean()) {
          throw invalid(field, value, "true or false");
        }
        yield value.booleanValue();
      }
      case ENUM -> enumValue(field, field.getEnumType(), value);
      case BYTE_STRING -> bytes(field, value);
      case INT, LONG, FLOAT, DOUBLE -> number(field, value);
    };
  }

  private static Optional<String> text(JsonNode value) {
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static Object number(FieldDescriptor field, JsonNode value) {
    var text = value.isNumber() ? value.asString() : text(value).orElse("");
    try {
      return switch (field.getType()) {
        case DOUBLE ->
            switch (text) {
              case "Infinity" -> Double.POSITIVE_INFINITY;
              case "-Infinity" -> Double.NEGATIVE_INFINITY;
              case "NaN" -> Double.NaN;
              default -> Double.valueOf(text);
            };
        case FIXED64, UINT64 -> Long.parseUnsignedLong(text);
        case FIXED32, UINT32 -> Integer.parseUnsignedInt(text);
        case SFIXED64, INT64, SINT64 -> Long.valueOf(text);
        default -> Integer.valueOf(text);
      };
    } catch (NumberFormatException _) {
      throw invalid(field, value, "a number of type " + kind(field));
    }
  }

  private static String kind(FieldDescriptor field) {
    return field.getType().name().toLowerCase(Locale.ROOT);
  }

  private static Object enumValue(FieldDescriptor field, EnumDescriptor type, JsonNode value) {
    if (value.isInt()) {
      return type.findValueByNumberCreatingIfUnknown(value.intValue());
    }
    return text(value)
        .map(type::findValueByName)
        .orElseThrow(() -> invalid(field, value, "a number of " + type.getName()));
  }

  private static ByteString bytes(FieldDescriptor field, JsonNode value) {
    var text = text(value).orElseThrow(() -> invalid(field, value, "a string"));
    try {
      return ByteString.copyFrom(
          IDS.contains(field.getName())
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      throw invalid(field, value, IDS.contains(field.getName()) ? "hexadecimal digits" : "base 64");
    }
  }

  private static IllegalArgumentException invalid(
      FieldDescriptor field, JsonNode value, String expected) {
    return new IllegalArgumentException(
        "%s.%s: %s (expected: %s)"
            .formatted(
                field.getContainingType().getName(),
                field.getJsonName(),
                shortened(value),
                expected));
  }

  private static String shortened(JsonNode value) {
    var text = value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
