package dev.gori.clients;

import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Speaks Loki's HTTP API: to our logs role or to a real Loki.
///
/// Pushing never throws for what the server or the network did, since the sender keeps the lines
/// and sends them again; reading throws {@link FaultException}.
public final class LokiClient implements AutoCloseable {

  /// @param nanos nanoseconds since the epoch
  public record Entry(long nanos, String line) {}

  public record Stream(Labels labels, List<Entry> entries) {
    public Stream {
      entries = List.copyOf(entries);
    }
  }

  /// One series of a metric query; an instant query gives one sample each.
  public record Series(Labels labels, List<Sample> samples) {
    public Series {
      samples = List.copyOf(samples);
    }
  }

  /// What came of a push. The set is closed: whoever sends says what each case means.
  public sealed interface Outcome {
    record Accepted(int entries) implements Outcome {}

    /// The server read it and said no; sending the same again is of no use. What was good in it is
    /// stored nevertheless.
    record Refused(int status, String why) implements Outcome {}

    /// Unreachable, too late, too busy, a failure of the server, or a token that is not right yet:
    /// try again.
    record Unavailable(String why) implements Outcome {}
  }

  private static final int SHOWN = 500;

  private final URI base;
  private final @Nullable String token;
  private final HttpCalls calls;

  /// @param base the address without `/loki/api/v1`, such as `http://localhost:7010`
  /// @param token for `Authorization: Bearer`; null for a server that asks for none
  /// @param deadline for one call, from connecting to the last byte
  public LokiClient(URI base, @Nullable String token, Duration deadline) {
    this.base = base;
    this.token = token;
    this.calls = HttpCalls.within(deadline);
  }

  public URI base() {
    return base;
  }

  /// `POST /loki/api/v1/push`. The server stores the same stream, timestamp and line once.
  public Outcome push(List<Stream> streams) {
    var body = Json.write(Json.object("streams", streams.stream().map(LokiClient::json).toList()));
    try {
      var answer = calls.post(uri("push", Map.of()), "application/json", body, headers());
      if (answer.isOk()) {
        return new Outcome.Accepted(
            streams.stream().mapToInt(stream -> stream.entries().size()).sum());
      }
      var why =
          "%s: status %d: %s".formatted(uri("push", Map.of()), answer.status(), shortened(answer));
      return switch (answer.status()) {
        case 400, 413, 422 -> new Outcome.Refused(answer.status(), why);
        default -> new Outcome.Unavailable(why);
      };
    } catch (FaultException e) {
      return new Outcome.Unavailable(e.reason());
    }
  }

  private static Map<String, @Nullable Object> json(Stream stream) {
    return Json.object(
        "stream", stream.labels().toMap(),
        "values",
            stream.entries().stream()
                .map(entry -> List.of(Long.toString(entry.nanos()), entry.line()))
                .toList());
  }

  /// `GET /loki/api/v1/query_range` of a log query, oldest first.
  ///
  /// @param from included
  /// @param to not included
  /// @param limit the most lines of all streams together
  public List<Stream> queryRange(String query, Instant from, Instant to, int limit) {
    var data =
        read(
            "query_range",
            Map.of(
                "query",
                query,
                "start",
                nanos(from),
                "end",
                nanos(to),
                "limit",
                Integer.toString(limit),
                "direction",
                "forward"));
    expectType(data, "streams", query);
    var streams = new ArrayList<Stream>();
    for (var stream : data.path("result")) {
      var entries = new ArrayList<Entry>();
      stream
          .path("values")
          .forEach(
              value ->
                  entries.add(
                      new Entry(
                          number(value.path(0), Long::parseLong), value.path(1).asString(""))));
      streams.add(new Stream(labels(stream.path("stream")), entries));
    }
    return streams;
  }

  /// `GET /loki/api/v1/query` of a metric query.
  public List<Series> query(String query, Instant at) {
    var data = read("query", Map.of("query", query, "time", nanos(at)));
    expectType(data, "vector", query);
    var series = new ArrayList<Series>();
    for (var element : data.path("result")) {
      series.add(
          new Series(labels(element.path("metric")), List.of(sample(element.path("value")))));
    }
    return series;
  }

  /// `GET /loki/api/v1/query_range` of a metric query, both ends included.
  public List<Series> queryRange(String query, Instant from, Instant to, Duration step) {
    var data =
        read(
            "query_range",
            Map.of(
                "query",
                query,
                "start",
                nanos(from),
                "end",
                nanos(to),
                "step",
                BigDecimal.valueOf(step.toMillis(), 3).toPlainString()));
    expectType(data, "matrix", query);
    var series = new ArrayList<Series>();
    for (var element : data.path("result")) {
      var samples = new ArrayList<Sample>();
      element.path("values").forEach(value -> samples.add(sample(value)));
      series.add(new Series(labels(element.path("metric")), samples));
    }
    return series;
  }

  /// `GET /loki/api/v1/labels`: names of labels that streams in the range have.
  public List<String> labels(Instant from, Instant to) {
    return texts(readWhole("labels", Map.of("start", nanos(from), "end", nanos(to))).path("data"));
  }

  /// `GET /loki/api/v1/label/{name}/values`
  public List<String> labelValues(String name, Instant from, Instant to) {
    return texts(
        readWhole(
                "label/" + encoded(name) + "/values",
                Map.of("start", nanos(from), "end", nanos(to)))
            .path("data"));
  }

  private JsonNode read(String path, Map<String, String> query) {
    return readWhole(path, query).path("data");
  }

  private JsonNode readWhole(String path, Map<String, String> query) {
    var uri = uri(path, query);
    var answer = calls.get(uri, headers());
    if (answer.isOk()) {
      return answer.json(base + "/loki/api/v1/" + path);
    }
    var fault =
        switch (answer.status()) {
          case 400, 422 -> Fault.BAD_REQUEST;
          case 401 -> Fault.UNAUTHENTICATED;
          case 403 -> Fault.FORBIDDEN;
          case 404 -> Fault.NOT_FOUND;
          default -> Fault.BACKEND_DOWN;
        };
    throw new FaultException(
        fault,
        "%s/loki/api/v1/%s: status %d: %s"
            .formatted(base, path, answer.status(), shortened(answer)));
  }

  private static void expectType(JsonNode data, String type, String query) {
    var found = data.path("resultType").asString("");
    if (!found.equals(type)) {
      throw new FaultException(
          Fault.BAD_REQUEST, "query '%s' gives %s (expected: %s)".formatted(query, found, type));
    }
  }

  private static Sample sample(JsonNode pair) {
    long millis = Math.round(pair.path(0).asDouble(0) * 1000);
    var text = pair.path(1).asString("");
    return new Sample(
        millis,
        switch (text) {
          case "+Inf" -> Double.POSITIVE_INFINITY;
          case "-Inf" -> Double.NEGATIVE_INFINITY;
          default -> number(pair.path(1), Double::parseDouble);
        });
  }

  private static <N> N number(JsonNode node, Function<String, N> parser) {
    try {
      return parser.apply(node.asString(""));
    } catch (NumberFormatException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "%.100s (expected: a number, as Loki writes it in quotes)".formatted(node),
          e);
    }
  }

  private static Labels labels(JsonNode object) {
    var labels = new TreeMap<String, String>();
    object.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
    return Labels.of(labels);
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(text -> texts.add(text.asString("")));
    return texts;
  }

  private static String nanos(Instant instant) {
    return Long.toString(
        Math.addExact(
            Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()));
  }

  private URI uri(String path, Map<String, String> query) {
    var text =
        new StringBuilder(base.toString().replaceAll("/$", ""))
            .append("/loki/api/v1/")
            .append(path);
    char sign = '?';
    for (var pair : new TreeMap<>(query).entrySet()) {
      text.append(sign).append(pair.getKey()).append('=').append(encoded(pair.getValue()));
      sign = '&';
    }
    return URI.create(text.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Map<String, String> headers() {
    return token == null ? Map.of() : HttpCalls.bearer(token);
  }

  private static String shortened(ClientResponse answer) {
    var text = answer.text().strip();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  @Override
  public void close() {
    calls.close();
  }
}
