package dev.gori.clients;

import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Speaks Alertmanager's API v2: to our alerts role or to a real Alertmanager.
///
/// Sending never throws for what the server or the network did, since the sender keeps the alerts
/// and sends them again anyway; reading throws {@link FaultException}.
public final class AlertmanagerClient implements AutoCloseable {

  /// An alert as it is sent.
  ///
  /// @param endsAt when it was or will be over; null when it lasts, then the server ends it after
  ///   its `resolve_timeout`
  /// @param generatorUrl where it can be looked at; may be empty
  public record Alert(
      Labels labels,
      Labels annotations,
      Instant startsAt,
      @Nullable Instant endsAt,
      String generatorUrl) {}

  /// What came of sending. The set is closed: whoever sends says what each case means.
  public sealed interface Outcome {
    record Accepted(int alerts) implements Outcome {}

    /// The server read it and said no (4xx); sending the same again is of no use.
    record Refused(int status, String why) implements Outcome {}

    /// Unreachable, too late, or a failure of the server (429, 5xx): try again.
    record Unavailable(String why) implements Outcome {}
  }

  /// An alert as the server knows it.
  ///
  /// @param state `active`, `suppressed` or `unprocessed`
  public record Known(
      Alert alert,
      String fingerprint,
      String state,
      List<String> receivers,
      List<String> silencedBy,
      List<String> inhibitedBy) {
    public Known {
      receivers = List.copyOf(receivers);
      silencedBy = List.copyOf(silencedBy);
      inhibitedBy = List.copyOf(inhibitedBy);
    }
  }

  /// @param config the configuration file as the server shows it, secrets hidden
  public record Status(String config, String version, Instant uptime) {}

  /// A condition of a silence.
  public record SilenceMatcher(String name, String value, boolean isRegex, boolean isEqual) {}

  /// @param state `active`, `pending` or `expired`
  public record Silence(
      String id,
      List<SilenceMatcher> matchers,
      Instant startsAt,
      Instant endsAt,
      String createdBy,
      String comment,
      String state) {
    public Silence {
      matchers = List.copyOf(matchers);
    }
  }

  private final URI base;
  private final @Nullable String token;
  private final HttpCalls calls;

  /// @param base the address without `/api/v2`, such as `http://localhost:7010/alertmanager`
  /// @param token for `Authorization: Bearer`; null for a server that asks for none
  /// @param deadline for one call, from connecting to the last byte
  public AlertmanagerClient(URI base, @Nullable String token, Duration deadline) {
    this(base, token, HttpCalls.within(deadline));
  }

  /// @param calls closed with this one
  public AlertmanagerClient(URI base, @Nullable String token, HttpCalls calls) {
    this.base = base;
    this.token = token;
    this.calls = calls;
  }

  public URI base() {
    return base;
  }

  /// `POST /api/v2/alerts`. The server takes the same alert again and again: labels are its
  /// identity.
  public Outcome send(List<Alert> alerts) {
    var body = Json.write(alerts.stream().map(AlertmanagerClient::json).toList());
    try {
      var answer = calls.post(uri("alerts"), "application/json", body, headers());
      if (answer.isOk()) {
        return new Outcome.Accepted(alerts.size());
      }
      var why = "%s: status %d: %s".formatted(uri("alerts"), answer.status(), shortened(answer));
      return answer.status() == 429 || answer.status() >= 500
          ? new Outcome.Unavailable(why)
          : new Outcome.Refused(answer.status(), why);
    } catch (FaultException e) {
      return new Outcome.Unavailable(e.reason());
    }
  }

  private static Map<String, @Nullable Object> json(Alert alert) {
    var json =
        Json.object(
            "labels", alert.labels().toMap(),
            "annotations", alert.annotations().toMap(),
            "startsAt", alert.startsAt().toString());
    var endsAt = alert.endsAt();
    if (endsAt != null) {
      json.put("endsAt", endsAt.toString());
    }
    if (!alert.generatorUrl().isEmpty()) {
      json.put("generatorURL", alert.generatorUrl());
    }
    return json;
  }

  /// `GET /api/v2/alerts`: all that are not over.
  ///
  /// @param matchers such as `namespace="serving-dev"`; an alert must satisfy all
  public List<Known> alerts(List<String> matchers) {
    var known = new ArrayList<Known>();
    read("alerts" + filter(matchers)).forEach(alert -> known.add(known(alert)));
    return known;
  }

  private static Known known(JsonNode alert) {
    var sent =
        new Alert(
            labels(alert.path("labels")),
            labels(alert.path("annotations")),
            instant(alert.path("startsAt")),
            instant(alert.path("endsAt")),
            alert.path("generatorURL").asString(""));
    var status = alert.path("status");
    return new Known(
        sent,
        alert.path("fingerprint").asString(""),
        status.path("state").asString(""),
        texts(alert.path("receivers"), "name"),
        texts(status.path("silencedBy"), ""),
        texts(status.path("inhibitedBy"), ""));
  }

  public Status status() {
    var status = read("status");
    return new Status(
        status.path("config").path("original").asString(""),
        status.path("versionInfo").path("version").asString(""),
        instant(status.path("uptime")));
  }

  /// `GET /api/v2/silences`, those that have ended included for as long as the server keeps them.
  public List<Silence> silences(List<String> matchers) {
    var silences = new ArrayList<Silence>();
    for (var silence : read("silences" + filter(matchers))) {
      var conditions = new ArrayList<SilenceMatcher>();
      silence
          .path("matchers")
          .forEach(
              m ->
                  conditions.add(
                      new SilenceMatcher(
                          m.path("name").asString(""),
                          m.path("value").asString(""),
                          m.path("isRegex").asBoolean(false),
                          m.path("isEqual").asBoolean(true))));
      silences.add(
          new Silence(
              silence.path("id").asString(""),
              conditions,
              instant(silence.path("startsAt")),
              instant(silence.path("endsAt")),
              silence.path("createdBy").asString(""),
              silence.path("comment").asString(""),
              silence.path("status").path("state").asString("")));
    }
    return silences;
  }

  /// `POST /api/v2/silences`. An empty id makes a new silence, another one changes that silence.
  ///
  /// @return the silence's id, which may be a new one after a change
  public String silence(Silence silence) {
    var body =
        Json.object(
            "matchers", silence.matchers().stream().map(AlertmanagerClient::json).toList(),
            "startsAt", silence.startsAt().toString(),
            "endsAt", silence.endsAt().toString(),
            "createdBy", silence.createdBy(),
            "comment", silence.comment());
    if (!silence.id().isEmpty()) {
      body.put("id", silence.id());
    }
    var answer =
        checked(
            calls.post(uri("silences"), "application/json", Json.write(body), headers()),
            uri("silences"));
    return answer.json(uri("silences")).path("silenceID").asString("");
  }

  private static Map<String, @Nullable Object> json(SilenceMatcher matcher) {
    return Json.object(
        "name",
        matcher.name(),
        "value",
        matcher.value(),
        "isRegex",
        matcher.isRegex(),
        "isEqual",
        matcher.isEqual());
  }

  /// `DELETE /api/v2/silence/{id}`: ends it now.
  public void expire(String id) {
    var at = uri("silence/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    checked(calls.delete(at, headers()), at);
  }

  private JsonNode read(String call) {
    return checked(calls.get(uri(call), headers()), uri(call)).json(uri(call));
  }

  private static ClientResponse checked(ClientResponse answer, URI at) {
    if (answer.isOk()) {
      return answer;
    }
    var fault =
        switch (answer.status()) {
          case 400, 422 -> Fault.BAD_REQUEST;
          case 401 -> Fault.UNAUTHENTICATED;
          case 403 -> Fault.FORBIDDEN;
          case 404 -> Fault.NOT_FOUND;
          case 429 -> Fault.TOO_BUSY;
          default -> Fault.BACKEND_DOWN;
        };
    throw new FaultException(
        fault, "%s: status %d: %s".formatted(at, answer.status(), shortened(answer)));
  }

  private static String shortened(ClientResponse answer) {
    var text = answer.text().strip();
    return text.substring(0, Math.min(500, text.length()));
  }

  private URI uri(String call) {
    return URI.create(base.toString().replaceAll("/+$", "") + "/api/v2/" + call);
  }

  private Map<String, String> headers() {
    return token == null ? Map.of() : HttpCalls.bearer(token);
  }

  private static String filter(List<String> matchers) {
    var query = new StringBuilder();
    for (var matcher : matchers) {
      query
          .append(query.isEmpty() ? "?" : "&")
          .append("filter=")
          .append(URLEncoder.encode(matcher, StandardCharsets.UTF_8));
    }
    return query.toString();
  }

  private static Labels labels(JsonNode node) {
    var labels = new TreeMap<String, String>();
    node.properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asString("")));
    return Labels.of(labels);
  }

  private static List<String> texts(JsonNode list, String key) {
    var texts = new ArrayList<String>();
    list.forEach(item -> texts.add((key.isEmpty() ? item : item.path(key)).asString("")));
    return texts;
  }

  private static Instant instant(JsonNode node) {
    try {
      return OffsetDateTime.parse(node.asString("")).toInstant();
    } catch (DateTimeParseException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "time '%s' in the answer (expected: RFC 3339)".formatted(node.asString("")),
          e);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
