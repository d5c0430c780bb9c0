package dev.gori.alerts;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `/api/v2/silences`, `/api/v2/silence/{id}`.
final class SilenceRoutes {
  private final SilenceStore silences;
  private final Time time;

  SilenceRoutes(SilenceStore silences, Time time) {
    this.silences = silences;
    this.time = time;
  }

  void mount(Routes routes) {
    routes.get("/api/v2/silences", this::list);
    routes.guarded("POST", "/api/v2/silences", request -> put(request.json()));
    routes.get("/api/v2/silence/{id}", request -> Response.json(json(known(request.param("id")))));
    routes.guarded("DELETE", "/api/v2/silence/{id}", request -> end(known(request.param("id"))));
  }

  /// Sorted: active ones by end, then pending, then expired ones.
  private Response list(Request request) {
    var now = time.now();
    var filter = AlertRoutes.filter(request);
    var order =
        Comparator.comparing(
                (Silence s) ->
                    switch (s.state(now)) {
                      case ACTIVE -> 0;
                      case PENDING -> 1;
                      case EXPIRED -> 2;
                    })
            .thenComparing(Silence::endsAt)
            .thenComparing(Silence::id);
    return Response.json(
        silences.list().stream()
            .filter(silence -> filter.stream().allMatch(wanted -> isAbout(silence, wanted)))
            .sorted(order)
            .map(this::json)
            .toList());
  }

  /// Whether a silence has a condition on the label whose value the filter takes, or the very same
  /// condition.
  private static boolean isAbout(Silence silence, Matcher wanted) {
    return silence.matchers().stream()
        .anyMatch(
            m ->
                m.name().equals(wanted.name())
                    && (m.equals(wanted)
                        || (m.op() == Matcher.Op.EQUAL && wanted.matches(m.value()))));
  }

  private Silence known(String id) {
    return silences
        .get(id)
        .orElseThrow(() -> FaultException.notFound("silence '%s' is not there".formatted(id)));
  }

  private Response end(Silence silence) {
    var now = time.now();
    if (silence.state(now) == Silence.State.EXPIRED) {
      throw FaultException.badRequest("silence '%s' has ended already".formatted(silence.id()));
    }
    silences.put(List.of(silence.ended(now)));
    return Response.empty(200);
  }

  private Response put(JsonNode json) {
    var now = time.now();
    var wanted = silence(json, now);
    if (wanted.id().isEmpty()) {
      return add(wanted, List.of());
    }
    var old = known(wanted.id());
    if (old.canBecome(wanted, now)) {
      silences.put(List.of(wanted));
      return Response.json(Map.of("silenceID", wanted.id()));
    }
    return add(
        wanted, old.state(now) == Silence.State.EXPIRED ? List.of() : List.of(old.ended(now)));
  }

  private Response add(Silence wanted, List<Silence> ended) {
    var now = time.now();
    var starts = wanted.startsAt().isBefore(now) ? now : wanted.startsAt();
    var silence =
        new Silence(
            UUID.randomUUID().toString(),
            wanted.matchers(),
            starts,
            wanted.endsAt(),
            now,
            wanted.createdBy(),
            wanted.comment());
    var all = new ArrayList<>(ended);
    all.add(silence);
    silences.put(all);
    return Response.json(Map.of("silenceID", silence.id()));
  }

  private static Silence silence(JsonNode json, Instant now) {
    try {
      var matchers = new ArrayList<Matcher>();
      json.path("matchers").forEach(m -> matchers.add(matcher(m)));
      var silence =
          new Silence(
              json.path("id").asString(""),
              matchers,
              AlertRoutes.instant(json, "startsAt"),
              AlertRoutes.instant(json, "endsAt"),
              now,
              json.path("createdBy").asString(""),
              json.path("comment").asString(""));
      check(silence, now);
      return silence;
    } catch (IllegalArgumentException e) {
      throw FaultException.badRequest("Failed to create silence: " + e.getMessage());
    }
  }

  private static void check(Silence silence, Instant now) {
    if (silence.matchers().isEmpty()) {
      throw new IllegalArgumentException("at least one matcher required");
    }
    if (silence.matchers().stream().allMatch(matcher -> matcher.matches(""))) {
      throw new IllegalArgumentException("at least one matcher must not match the empty string");
    }
    if (!silence.startsAt().isBefore(silence.endsAt())) {
      throw new IllegalArgumentException("start time must be before end time");
    }
    if (silence.endsAt().isBefore(now)) {
      throw new IllegalArgumentException("end time can't be in the past");
    }
    if (silence.comment().isEmpty() || silence.createdBy().isEmpty()) {
      throw new IllegalArgumentException("createdBy or comment is empty (expected: who, and why)");
    }
  }

  private static Matcher matcher(JsonNode json) {
    boolean regex = json.path("isRegex").asBoolean(false);
    boolean equal = json.path("isEqual").asBoolean(true);
    var op =
        regex
            ? (equal ? Matcher.Op.MATCHES : Matcher.Op.NOT_MATCHES)
            : equal ? Matcher.Op.EQUAL : Matcher.Op.NOT_EQUAL;
    var name = json.path("name").asString("");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("invalid label name ''");
    }
    return new Matcher(name, op, json.path("value").asString(""));
  }

  private Map<String, @Nullable Object> json(Silence silence) {
    return Json.object(
        "id", silence.id(),
        "status", Map.of("state", silence.state(time.now()).name().toLowerCase(Locale.ROOT)),
        "updatedAt", AlertViews.time(silence.updatedAt()),
        "comment", silence.comment(),
        "createdBy", silence.createdBy(),
        "endsAt", AlertViews.time(silence.endsAt()),
        "matchers", silence.matchers().stream().map(SilenceRoutes::json).toList(),
        "startsAt", AlertViews.time(silence.startsAt()));
  }

  private static Map<String, @Nullable Object> json(Matcher matcher) {
    boolean equal = matcher.op() == Matcher.Op.EQUAL || matcher.op() == Matcher.Op.MATCHES;
    return Json.object(
        "isEqual",
        equal,
        "isRegex",
        matcher.op().isRegex(),
        "name",
        matcher.name(),
        "value",
        matcher.value());
  }
}
