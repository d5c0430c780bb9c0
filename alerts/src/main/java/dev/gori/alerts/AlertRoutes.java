package dev.gori.alerts;

import dev.gori.alerts.AlertViews.Wanted;
import dev.gori.alerts.routing.MatcherText;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// `/api/v2/alerts`, `/api/v2/alerts/groups`.
final class AlertRoutes {
  private static final Bytes LONGEST_POST = Bytes.mebi(8);

  private static final Duration DEFAULT_RESOLVE = Duration.ofMinutes(5);

  private final AlertStore store;
  private final Dispatcher groups;
  private final AlertViews views;
  private final Time time;
  private final AlertsMetrics metrics;

  AlertRoutes(
      AlertStore store, Dispatcher groups, AlertViews views, Time time, AlertsMetrics metrics) {
    this.store = store;
    this.groups = groups;
    this.views = views;
    this.time = time;
    this.metrics = metrics;
  }

  void mount(Routes routes) {
    routes.get("/api/v2/alerts", request -> Response.json(views.alerts(wanted(request))));
    routes.get("/api/v2/alerts/groups", request -> Response.json(views.grouped(wanted(request))));
    routes.guarded("POST", "/api/v2/alerts", request -> take(request.json())).takes(LONGEST_POST);
  }

  private static Wanted wanted(Request request) {
    return new Wanted(
        flag(request, "active"),
        flag(request, "silenced"),
        flag(request, "inhibited"),
        flag(request, "unprocessed"),
        receiver(request),
        filter(request));
  }

  private static boolean flag(Request request, String name) {
    return switch (request.query(name).orElse("true")) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw FaultException.badRequest(
              "%s: '%s' (expected: true or false)".formatted(name, request.query(name).orElse("")));
    };
  }

  private static Predicate<String> receiver(Request request) {
    try {
      return request
          .query("receiver")
          .map(text -> new Matcher("receiver", Matcher.Op.MATCHES, text))
          .<Predicate<String>>map(m -> m::matches)
          .orElse(_ -> true);
    } catch (IllegalArgumentException e) {
      throw FaultException.badRequest("failed to parse receiver param: " + e.getMessage());
    }
  }

  static List<Matcher> filter(Request request) {
    var all = new ArrayList<Matcher>();
    for (var text : request.queries("filter")) {
      try {
        all.addAll(MatcherText.parse(text));
      } catch (IllegalArgumentException e) {
        throw FaultException.badRequest("bad matcher format: " + e.getMessage());
      }
    }
    return all;
  }

  /// Stores the valid alerts of the list and returns the errors of the others.
  private Response take(JsonNode sent) {
    if (!sent.isArray()) {
      throw FaultException.badRequest("body: no list (expected: a JSON array of alerts)");
    }
    var now = time.now();
    var good = new ArrayList<Alert>();
    var bad = new ArrayList<String>();
    int index = 0;
    for (var json : sent) {
      try {
        good.add(alert(json, now));
      } catch (IllegalArgumentException e) {
        bad.add("alert %d: %s".formatted(index, e.getMessage()));
      }
      index++;
    }
    if (!good.isEmpty()) {
      groups.insert(store.put(good, now));
    }
    int over = (int) good.stream().filter(alert -> alert.isOver(now)).count();
    metrics.received(good.size() - over, over);
    metrics.refused(bad.size());
    if (!bad.isEmpty()) {
      throw FaultException.badRequest(String.join("; ", bad));
    }
    return Response.empty(200);
  }

  private Alert alert(JsonNode json, Instant now) {
    var labels = labels(json.path("labels"), "label");
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("at least one label pair required");
    }
    var starts = instant(json, "startsAt");
    var ends = instant(json, "endsAt");
    boolean timesOut = ends.equals(Instant.EPOCH);
    var resolve =
        groups
            .config()
            .map(config -> config.configuration().resolveTimeout())
            .orElse(DEFAULT_RESOLVE);
    var endsAt = timesOut ? now.plus(resolve) : ends;
    var startsAt = !starts.equals(Instant.EPOCH) ? starts : timesOut ? now : ends;
    if (endsAt.isBefore(startsAt)) {
      throw new IllegalArgumentException("start time must be before end time");
    }
    return new Alert(
        labels,
        labels(json.path("annotations"), "annotation"),
        startsAt,
        endsAt,
        now,
        json.path("generatorURL").asString(""),
        timesOut);
  }

  private static Labels labels(JsonNode json, String what) {
    var labels = new TreeMap<String, String>();
    json.properties()
        .forEach(
            entry -> {
              if (entry.getKey().isEmpty() || !entry.getValue().isString()) {
                throw new IllegalArgumentException(
                    "%s '%s': %s (expected: a name with a text)"
                        .formatted(what, entry.getKey(), entry.getValue()));
              }
              labels.put(entry.getKey(), entry.getValue().asString(""));
            });
    return Labels.of(labels);
  }

  /// The epoch stands for "not given"; so does Go's zero time.
  static Instant instant(JsonNode json, String key) {
    var text = json.path(key).asString("");
    try {
      var instant = text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
      return instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: a time such as 2026-11-23T09:00:00Z)".formatted(key, text), e);
    }
  }
}
