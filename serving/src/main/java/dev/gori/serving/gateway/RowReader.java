package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.ModelSignature;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads `{"data": [[…], …]}` directly into a flat array, without building a tree. Ignores other
/// names than `data`.
///
/// Parses NaN and infinities as numbers, so that it can reject them with their row and column.
final class RowReader {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private static final String SHAPE = "{\"data\": [[number, …], …]}";

  private final JsonParser json;
  private final ModelSignature signature;
  private final int width;
  private final int maxRows;
  private final boolean wide;
  private float[] floats = {};
  private double[] doubles = {};
  private int rows;

  private RowReader(JsonParser json, ModelSignature signature, int maxRows) {
    this.json = json;
    this.signature = signature;
    this.width = signature.width();
    this.maxRows = maxRows;
    this.wide = signature.wide();
    grow(1);
  }

  /// @throws FaultException BAD_REQUEST naming what does not fit, TOO_LARGE over `maxRows`
  static Rows read(byte[] body, ModelSignature signature, int maxRows) {
    try (var json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      return new RowReader(json, signature, maxRows).read();
    } catch (JacksonException e) {
      throw FaultException.badRequest(
          "%s (expected: %s)".formatted(Json.malformed(e).reason(), SHAPE));
    }
  }

  private Rows read() {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw FaultException.badRequest(
          "body: %s (expected: %s)".formatted(shown(json.currentToken()), SHAPE));
    }
    boolean seen = false;
    for (var token = json.nextToken(); token == JsonToken.PROPERTY_NAME; token = json.nextToken()) {
      var name = json.currentName();
      var value = json.nextToken();
      if (!name.equals("data")) {
        json.skipChildren();
        continue;
      }
      if (seen) {
        throw FaultException.badRequest("body: 'data' is there twice (expected: once)");
      }
      seen = true;
      if (value != JsonToken.START_ARRAY) {
        throw FaultException.badRequest(
            "data: %s (expected: an array of rows, %s)".formatted(shown(value), SHAPE));
      }
      data();
    }
    if (json.nextToken() != null) {
      throw FaultException.badRequest(
          "malformed JSON: %s after the end of the object".formatted(shown(json.currentToken())));
    }
    if (rows == 0) {
      throw FaultException.badRequest(
          "data: %s (expected: 1 to %d rows, %s)"
              .formatted(seen ? "no rows" : "missing", maxRows, SHAPE));
    }
    return wide
        ? new Rows.Doubles(exact(doubles), rows)
        : new Rows.Floats(
            floats.length == rows * width ? floats : Arrays.copyOf(floats, rows * width), rows);
  }

  private double[] exact(double[] all) {
    return all.length == rows * width ? all : Arrays.copyOf(all, rows * width);
  }

  private void data() {
    for (var token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
      if (token != JsonToken.START_ARRAY) {
        throw FaultException.badRequest(
            "row %d: %s (expected: an array of %d numbers)".formatted(rows, shown(token), width));
      }
      if (rows == maxRows) {
        throw new FaultException(
            Fault.TOO_LARGE,
            "data: more than %d rows (expected: at most that; send them in parts)"
                .formatted(maxRows));
      }
      grow(rows + 1);
      row();
      rows++;
    }
  }

  private void row() {
    int at = rows * width;
    int column = 0;
    for (var token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
      if (column == width) {
        throw FaultException.badRequest(
            "row %d: more than %d values (expected: %d: %s)"
                .formatted(rows, width, width, columns()));
      }
      if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
        throw unfit(column, shown(token), "a number");
      }
      if (wide) {
        doubles[at + column] = finite(json.getDoubleValue(), column);
      } else {
        float value = json.getFloatValue();
        if (!Float.isFinite(value)) {
          throw unfit(column, json.getString(), "a finite number within float32");
        }
        floats[at + column] = value;
      }
      column++;
    }
    if (column != width) {
      throw FaultException.badRequest(
          "row %d: %d values (expected: %d: %s)".formatted(rows, column, width, columns()));
    }
  }

  private double finite(double value, int column) {
    if (!Double.isFinite(value)) {
      throw unfit(column, json.getString(), "a finite number");
    }
    return value;
  }

  private void grow(int needed) {
    int length = wide ? doubles.length : floats.length;
    if (length < needed * width) {
      int room = Math.max(needed, Math.min(maxRows, rows * 2)) * width;
      if (wide) {
        doubles = Arrays.copyOf(doubles, room);
      } else {
        floats = Arrays.copyOf(floats, room);
      }
    }
  }

  private FaultException unfit(int column, String was, String expected) {
    return FaultException.badRequest(
        "row %d, column %d '%s': %s (expected: %s)"
            .formatted(rows, column, signature.columns().get(column), was, expected));
  }

  private String columns() {
    return String.join(", ", signature.columns());
  }

  private String shown(@Nullable JsonToken token) {
    return switch (token) {
      case null -> "nothing";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> {
        var text = json.getString();
        yield "the text '%s'".formatted(text.length() > 40 ? text.substring(0, 40) + "…" : text);
      }
      case VALUE_NULL -> "null";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + json.getString();
      case END_ARRAY, END_OBJECT, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          "'" + token.asString() + "'";
    };
  }
}
