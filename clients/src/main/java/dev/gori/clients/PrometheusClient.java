package dev.gori.clients;

import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Asks a Prometheus HTTP API (our metrics role, Prometheus, Mimir, VictoriaMetrics) and says
/// plainly what came of it.
///
/// A query never throws for what the server or the network did: a verdict must be able to hold on
/// {@link Outcome.NoData} and on {@link Outcome.Failed}, which are different things.
public final class PrometheusClient {

  /// What came of a query. The set is closed: who judges has to say what each case means.
  public sealed interface Outcome {
    /// At least one series with at least one value that is a number.
    record Answer(List<Series> series) implements Outcome {
      public Answer {
        series = List.copyOf(series);
      }

      /// The last value of the first series: what a query with one result means.
      public double value() {
        return series.getFirst().samples().getLast().value();
      }
    }

    /// The query was answered with no series, or with nothing but NaN (such as a ratio of nothing
    /// to nothing).
    record NoData() implements Outcome {}

    /// The query was not answered: unreachable, too late, refused. `why` says which, with the
    /// server's message.
    record Failed(String why) implements Outcome {}
  }

  /// One series of an answer; a scalar has no labels. Samples are in order of time and never empty.
  public record Series(Labels labels, List<Sample> samples) {
    public Series {
      samples = List.copyOf(samples);
    }
  }

  private final URI base;
  private final Optional<String> token;
  private final HttpCalls calls;

  /// @param base the address without `/api/v1`, such as `http://localhost:7010/prometheus`
  /// @param deadline for one query, from connecting to the last byte
  public PrometheusClient(URI base, Duration deadline) {
    this(base, Optional.empty(), deadline);
  }

  /// @param token what the server wants as a bearer, if anything; the environment's own metrics
  ///   answer with the environment's token ahead of other callers
  /// @param deadline for one query, from connecting to the last byte
  public PrometheusClient(URI base, Optional<String> token, Duration deadline) {
    this.base = base;
    this.token = token;
    this.calls = HttpCalls.within(deadline);
  }

  public URI base() {
    return base;
  }

  /// `GET /api/v1/query` at a timestamp.
  public Outcome instant(String query, Instant at) {
    return ask("query", Map.of("query", query, "time", seconds(at)));
  }

  /// `GET /api/v1/query_range`, both ends included.
  public Outcome range(String query, Instant from, Instant to, Duration step) {
    return ask(
        "query_range",
        Map.of(
            "query",
            query,
            "start",
            seconds(from),
            "end",
            seconds(to),
            "step",
            String.valueOf(step.toMillis() / 1000.0)));
  }

  private static String seconds(Instant at) {
    return "%d.%03d".formatted(at.getEpochSecond(), at.getNano() / 1_000_000);
  }

  private Outcome ask(String path, Map<String, String> form) {
    var body = new StringBuilder();
    new TreeMap<>(form)
        .forEach(
            (name, value) ->
                body.append(body.isEmpty() ? "" : "&")
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    var uri = URI.create(base.toString().replaceAll("/+$", "") + "/api/v1/" + path);
    try {
      return read(
          calls.post(
              uri,
              "application/x-www-form-urlencoded",
              body.toString().getBytes(StandardCharsets.UTF_8),
              token.map(HttpCalls::bearer).orElse(Map.of())));
    } catch (FaultException e) {
      return new Outcome.Failed(e.reason());
    }
  }

  private Outcome read(ClientResponse said) {
    int status = said.status();
    var answer = said.json(base);
    if (!answer.path("status").asString("").equals("success")) {
      return new Outcome.Failed(
          "%s: status %d, %s: %s"
              .formatted(
                  base,
                  status,
                  answer.path("errorType").asString("no errorType"),
                  answer.path("error").asString("no error text")));
    }
    List<Series> series;
    try {
      series = series(answer.path("data"));
    } catch (NumberFormatException e) {
      return new Outcome.Failed("%s: a sample is no number: %s".formatted(base, e.getMessage()));
    }
    return series.stream().flatMap(s -> s.samples().stream()).allMatch(s -> Double.isNaN(s.value()))
        ? new Outcome.NoData()
        : new Outcome.Answer(series);
  }

  private static List<Series> series(JsonNode data) {
    var result = data.path("result");
    if (data.path("resultType").asString("").equals("scalar")) {
      return List.of(new Series(Labels.EMPTY, List.of(sample(result))));
    }
    var series = new ArrayList<Series>();
    for (var one : result) {
      var samples = new ArrayList<Sample>();
      if (one.has("value")) {
        samples.add(sample(one.path("value")));
      }
      one.path("values").forEach(pair -> samples.add(sample(pair)));
      if (!samples.isEmpty()) {
        series.add(new Series(labels(one.path("metric")), samples));
      }
    }
    return series;
  }

  private static Labels labels(JsonNode metric) {
    var labels = new TreeMap<String, String>();
    metric.properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asString("")));
    return Labels.of(labels);
  }

  private static Sample sample(JsonNode pair) {
    return new Sample(
        Math.round(pair.path(0).asDouble(0) * 1000), number(pair.path(1).asString("NaN")));
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
