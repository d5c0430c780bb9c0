package dev.gori.logs;

import dev.gori.base.json.Json;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import dev.gori.kernel.time.Time;
import dev.gori.logs.logql.LogEngine;
import dev.gori.logs.logql.LogQlException;
import dev.gori.logs.logql.Query;
import dev.gori.logs.store.LogSelector;
import dev.gori.logs.store.LogStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The routes for queries, labels, series and statistics.
final class QueryRoutes {

  private static final Bytes MAX_FORM = Bytes.kibi(256);
  private static final String TIMED_OUT =
      "query timed out; use a shorter time range or select fewer streams";

  private static final long HOUR = 3_600_000_000_000L;
  private static final int DEFAULT_LIMIT = 100;
  private static final long POINTS = 250;

  private final LogStore store;
  private final LogEngine engine;
  private final Time time;
  private final int maxEntries;

  QueryRoutes(LogStore store, LogEngine engine, Time time, int mostEntries) {
    this.store = store;
    this.engine = engine;
    this.time = time;
    this.maxEntries = mostEntries;
  }

  void addTo(Routes routes) {
    getAndPost(routes, "query", this::instant);
    getAndPost(routes, "query_range", this::range);
    getAndPost(routes, "labels", this::labels);
    getAndPost(routes, "label", this::labels);
    getAndPost(routes, "series", this::series);
    getAndPost(routes, "index/stats", this::stats);
    getAndPost(routes, "format_query", this::format);
    routes.query("GET", "/loki/api/v1/label/{name}/values", withLokiErrors(this::labelValues));
  }

  private static void getAndPost(Routes routes, String path, Handler handler) {
    routes.query("GET", "/loki/api/v1/" + path, withLokiErrors(handler));
    routes.query("POST", "/loki/api/v1/" + path, withLokiErrors(handler)).takes(MAX_FORM);
  }

  /// Answers an invalid query with 400 and its position in Loki's format.
  private static Handler withLokiErrors(Handler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (LogQlException e) {
        var message =
            e.line() == 0
                ? e.reason()
                : "parse error at line %d, col %d: %s"
                    .formatted(e.line(), e.column(), e.reason().replaceFirst("^\\d+:\\d+: ", ""));
        throw new FaultException(Fault.BAD_REQUEST, message, e);
      } catch (CancelledException e) {
        if (e.why() == Cause.DEADLINE) {
          throw new FaultException(Fault.TIMED_OUT, TIMED_OUT, e);
        }
        throw e;
      }
    };
  }

  private Response instant(Request request) throws IOException {
    var form = new Form(request.form());
    var query = Query.parse(form.required("query"), LogTemplates.lineTemplates());
    if (!query.isMetric()) {
      throw FaultException.badRequest(
          "log queries are not supported as an instant query type, please change your query to a range query type");
    }
    long at = form.timestamp("time").orElseGet(this::now);
    long began = System.nanoTime();
    return LokiJson.vector(
        engine.instant(query, at), at, Duration.ofNanos(System.nanoTime() - began));
  }

  private Response range(Request request) throws IOException {
    var form = new Form(request.form());
    var query = Query.parse(form.required("query"), LogTemplates.lineTemplates());
    var span = timeRange(form, HOUR);
    long began = System.nanoTime();
    if (!query.isMetric()) {
      var logs =
          engine.logs(
              query,
              new LogEngine.LogRequest(
                  span.from(),
                  span.to(),
                  form.forward(),
                  limit(form),
                  form.duration("interval").orElse(0L)));
      return LokiJson.streams(logs, Duration.ofNanos(System.nanoTime() - began));
    }
    long step =
        form.duration("step")
            .orElseGet(
                () ->
                    Math.max(1, (span.to() - span.from()) / 1_000_000_000L / POINTS)
                        * 1_000_000_000L);
    return LokiJson.matrix(
        engine.range(query, span.from(), span.to(), step),
        Duration.ofNanos(System.nanoTime() - began));
  }

  private int limit(Form form) {
    int limit = form.number("limit").orElse(DEFAULT_LIMIT);
    if (limit > maxEntries) {
      throw FaultException.badRequest(
          "max entries limit per query exceeded, limit > max_entries_limit (%d > %d)"
              .formatted(limit, maxEntries));
    }
    if (limit <= 0) {
      throw FaultException.badRequest("limit: %d (expected: a positive value)".formatted(limit));
    }
    return limit;
  }

  private Response labels(Request request) {
    var names = new TreeSet<String>();
    streams(request).forEach(stream -> names.addAll(stream.names()));
    return LokiJson.success(names);
  }

  private Response labelValues(Request request) {
    var values = new TreeSet<String>();
    var name = request.param("name");
    streams(request).forEach(stream -> values.add(stream.get(name)));
    values.remove("");
    return LokiJson.success(values);
  }

  private List<Labels> streams(Request request) {
    var form = new Form(request.form());
    var span = timeRange(form, 6 * HOUR);
    var matchers = form.text("query").map(Query::selector).orElse(List.of());
    return store.streams(new LogSelector(matchers, span.from(), span.to()));
  }

  private Response series(Request request) {
    var form = new Form(request.form());
    var span = timeRange(form, 6 * HOUR);
    var found = new TreeSet<Labels>();
    var selectors = form.texts("match[]").isEmpty() ? form.texts("match") : form.texts("match[]");
    if (selectors.isEmpty()) {
      throw FaultException.badRequest(
          "no match[] (expected: at least one selector, such as match[]={app=\"serving\"})");
    }
    for (var text : selectors) {
      var matchers = text.equals("{}") ? List.<Matcher>of() : Query.selector(text);
      found.addAll(store.streams(new LogSelector(matchers, span.from(), span.to())));
    }
    return LokiJson.success(found.stream().map(Labels::toMap).toList());
  }

  private Response stats(Request request) {
    var form = new Form(request.form());
    var span = timeRange(form, HOUR);
    var volume =
        store.volume(
            new LogSelector(Query.selector(form.required("query")), span.from(), span.to()));
    return Response.json(
        Json.object(
            "streams",
            volume.streams(),
            "chunks",
            volume.chunks(),
            "entries",
            volume.entries(),
            "bytes",
            volume.bytes()));
  }

  private Response format(Request request) {
    return LokiJson.success(
        Query.parse(new Form(request.form()).required("query"), LogTemplates.lineTemplates())
            .toString());
  }

  private record TimeRange(long from, long to) {}

  private TimeRange timeRange(Form form, long defaultRange) {
    long now = now();
    long to = form.timestamp("end").orElse(now);
    long back = form.duration("since").orElse(defaultRange);
    long from = form.timestamp("start").orElse(Math.min(to, now) - back);
    if (to < from) {
      throw FaultException.badRequest("end timestamp must not be before or equal to start time");
    }
    return new TimeRange(from, to);
  }

  private long now() {
    return TimeParameters.nanos(time.now());
  }

  /// The parameters of a request.
  private record Form(Map<String, List<String>> values) {

    Optional<String> text(String name) {
      return texts(name).stream().findFirst().filter(text -> !text.isEmpty());
    }

    List<String> texts(String name) {
      return values.getOrDefault(name, List.of());
    }

    String required(String name) {
      return text(name)
          .orElseThrow(
              () ->
                  FaultException.badRequest(
                      "no '%s' (expected: a LogQL query in that parameter)".formatted(name)));
    }

    Optional<Long> timestamp(String name) {
      return text(name).map(text -> TimeParameters.timestamp(name, text));
    }

    Optional<Long> duration(String name) {
      return text(name).map(text -> TimeParameters.duration(name, text));
    }

    Optional<Integer> number(String name) {
      return text(name)
          .map(
              text -> {
                try {
                  return Integer.parseInt(text);
                } catch (NumberFormatException _) {
                  throw FaultException.badRequest(
                      "%s: '%s' (expected: a whole number)".formatted(name, text));
                }
              });
    }

    boolean forward() {
      return switch (text("direction").orElse("backward").toLowerCase(Locale.ROOT)) {
        case "forward" -> true;
        case "backward" -> false;
        default ->
            throw FaultException.badRequest(
                "direction: '%s' (expected: forward or backward)"
                    .formatted(text("direction").orElse("")));
      };
    }
  }
}
