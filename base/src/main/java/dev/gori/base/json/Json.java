package dev.gori.base.json;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as the standard has it: no comments, no trailing text, each name once.
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// What a stranger may send as one document: its tree takes up to 60 bytes of memory for each
  /// element, however short that is in the text.
  private static final int MOST_DEPTH = 100;

  private static final long MOST_TOKENS = 250_000;

  private static final JsonMapper BOUNDED =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxTokenCount(MOST_TOKENS)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// What the parser says of itself and not of the text.
  private static final Pattern PARSER_INTERNALS =
      Pattern.compile(
          " \\(start marker at \\[Source:[^\\]]*\\]\\)| \\(or 'NaN'/'\\+INF'/'-INF'\\)");

  private Json() {}

  /// The mapper itself, for streaming.
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /// @throws FaultException BAD_REQUEST with line and column when the text is not JSON
  public static JsonNode parse(byte[] text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /// Parses what a client sent: at most 100 levels deep and of 250,000 tokens (a name, a value, a
  /// bracket), so that a short text does not become a large tree.
  ///
  /// @throws FaultException BAD_REQUEST with line and column when the text is not JSON, TOO_LARGE
  ///   when it is deeper or has more tokens
  public static JsonNode parseBounded(byte[] text) {
    try {
      return BOUNDED.readTree(text);
    } catch (StreamConstraintsException e) {
      throw new FaultException(
          Fault.TOO_LARGE,
          "JSON: %s (expected: at most %d levels and %d tokens)"
              .formatted(e.getOriginalMessage(), MOST_DEPTH, MOST_TOKENS),
          e);
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /// @throws FaultException BAD_REQUEST with line and column when the text is not JSON
  public static JsonNode parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /// What a reader's failure says to the caller who sent the text.
  public static FaultException malformed(JacksonException e) {
    var at = e.getLocation();
    var place =
        at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    var what = PARSER_INTERNALS.matcher(e.getOriginalMessage()).replaceAll("");
    return new FaultException(Fault.BAD_REQUEST, "malformed JSON%s: %s".formatted(place, what), e);
  }

  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /// An object with its names in this order; a null value is written as null.
  ///
  /// @param namesAndValues name, value, name, value …
  public static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }
}
