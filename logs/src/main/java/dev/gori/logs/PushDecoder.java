package dev.gori.logs;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.base.json.Json;
import dev.gori.http.ContentCoding;
import dev.gori.http.Request;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.logs.logql.LogQlException;
import dev.gori.logs.logql.Query;
import dev.gori.logs.store.LogEntry;
import dev.gori.logs.store.StreamBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Decodes push requests as Loki's documentation describes them: JSON, or a protobuf message in
/// snappy's block format.
final class PushDecoder {

  static final Bytes MAX_BODY = Bytes.mebi(64);

  private PushDecoder() {}

  static List<StreamBatch> decode(Request request) {
    var type = request.header("Content-Type").orElse("").split(";", 2)[0].strip();
    return switch (type) {
      case "application/json" -> json(request.body());
      case "application/x-protobuf" -> protobuf(request.body(ContentCoding.SNAPPY));
      default ->
          throw FaultException.badRequest(
              "Content-Type: '%s' (expected: application/json or application/x-protobuf)"
                  .formatted(type));
    };
  }

  private static List<StreamBatch> json(byte[] body) {
    var streams = Json.parse(body).path("streams");
    if (!streams.isArray()) {
      throw FaultException.badRequest(
          "body without \"streams\" (expected: {\"streams\": [{\"stream\": {…}, \"values\": [[\"NANOS\", \"LINE\"], …]}]})");
    }
    var batches = new ArrayList<StreamBatch>();
    for (var stream : streams) {
      var entries = new ArrayList<LogEntry>();
      for (var value : stream.path("values")) {
        entries.add(entry(value, entries.size()));
      }
      batches.add(new StreamBatch(labels(stream.path("stream"), "stream"), entries));
    }
    return batches;
  }

  private static LogEntry entry(JsonNode value, int index) {
    var at = value.path(0);
    var line = value.path(1);
    if (!at.isString() || !line.isString()) {
      throw FaultException.badRequest(
          "values[%d]: %s (expected: [\"NANOS\", \"LINE\"], both as strings)"
              .formatted(index, shortened(value.toString())));
    }
    return new LogEntry(
        nanos(at.asString()),
        line.asString(),
        value.has(2) ? labels(value.path(2), "metadata") : Labels.EMPTY);
  }

  private static long nanos(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw FaultException.badRequest(
          "timestamp: '%s' (expected: nanoseconds since the epoch as a string)"
              .formatted(shortened(text)));
    }
  }

  private static Labels labels(JsonNode object, String what) {
    var labels = new TreeMap<String, String>();
    for (var label : object.properties()) {
      if (!label.getValue().isString()) {
        throw FaultException.badRequest(
            "%s: label %s is %s (expected: a string)"
                .formatted(what, label.getKey(), shortened(label.getValue().toString())));
      }
      labels.put(label.getKey(), label.getValue().asString());
    }
    return Labels.of(labels);
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  private static List<StreamBatch> protobuf(byte[] bytes) {
    try {
      var batches = new ArrayList<StreamBatch>();
      fields(
          CodedInputStream.newInstance(bytes),
          (field, in) -> {
            if (field != 1) {
              return false;
            }
            batches.add(stream(in.readBytes().newCodedInput()));
            return true;
          });
      return batches;
    } catch (IOException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "body: not a protobuf PushRequest: " + e.getMessage(), e);
    }
  }

  private interface Field {
    /// @return false to skip the field
    boolean read(int number, CodedInputStream in) throws IOException;
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(WireFormat.getTagFieldNumber(tag), in)) {
        in.skipField(tag);
      }
    }
  }

  private static StreamBatch stream(CodedInputStream in) throws IOException {
    var labels = new String[] {""};
    var entries = new ArrayList<LogEntry>();
    fields(
        in,
        (field, message) -> {
          switch (field) {
            case 1 -> labels[0] = message.readString();
            case 2 -> entries.add(entry(message.readBytes().newCodedInput()));
            default -> {
              return false;
            }
          }
          return true;
        });
    return new StreamBatch(parseLabels(labels[0]), entries);
  }

  private static LogEntry entry(CodedInputStream in) throws IOException {
    var nanos = new long[1];
    var line = new String[] {""};
    var metadata = new TreeMap<String, String>();
    fields(
        in,
        (field, message) -> {
          switch (field) {
            case 1 -> nanos[0] = timestamp(message.readBytes().newCodedInput());
            case 2 -> line[0] = message.readString();
            case 3 -> pair(message.readBytes().newCodedInput(), metadata);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new LogEntry(nanos[0], line[0], Labels.of(metadata));
  }

  private static long timestamp(CodedInputStream in) throws IOException {
    var parts = new long[2];
    fields(
        in,
        (field, message) -> {
          if (field != 1 && field != 2) {
            return false;
          }
          parts[field - 1] = message.readInt64();
          return true;
        });
    return parts[0] * 1_000_000_000L + parts[1];
  }

  private static void pair(CodedInputStream in, Map<String, String> into) throws IOException {
    var parts = new String[] {"", ""};
    fields(
        in,
        (field, message) -> {
          if (field != 1 && field != 2) {
            return false;
          }
          parts[field - 1] = message.readString();
          return true;
        });
    into.put(parts[0], parts[1]);
  }

  /// Parses labels in the syntax of a selector: `{app="api", level="info"}`.
  private static Labels parseLabels(String text) {
    try {
      var labels = new TreeMap<String, String>();
      for (var matcher : Query.selector(text)) {
        if (matcher.op() != Matcher.Op.EQUAL) {
          throw FaultException.badRequest(
              "labels '%s': %s (expected: only name=\"value\")".formatted(text, matcher));
        }
        labels.put(matcher.name(), matcher.value());
      }
      return Labels.of(labels);
    } catch (LogQlException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "labels '%s': %s".formatted(shortened(text), e.reason()), e);
    }
  }
}
