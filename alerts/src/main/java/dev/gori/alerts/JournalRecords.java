package dev.gori.alerts;

import dev.gori.alerts.routing.Flush.NotifiedAlerts;
import dev.gori.base.json.Json;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The journal's records: one JSON object each, its kind under `is`. See
/// `docs/formats/alerts-journal.md`.
final class JournalRecords {

  /// A change of what is held.
  sealed interface Change {
    record Put(Alert alert) implements Change {}

    record Gone(String fingerprint) implements Change {}

    record Silenced(Silence silence) implements Change {}

    record Unsilenced(String id) implements Change {}

    record NotificationLogEntry(String key, NotifiedAlerts notified) implements Change {}

    record NotificationLogExpiry(String key) implements Change {}

    record Received(InboxMessage message) implements Change {}
  }

  private JournalRecords() {}

  static ByteBuffer bytes(Change change) {
    return ByteBuffer.wrap(
        Json.write(
            switch (change) {
              case Change.Put(Alert a) ->
                  Json.object(
                      "is",
                      "alert",
                      "labels",
                      a.labels().toMap(),
                      "annotations",
                      a.annotations().toMap(),
                      "starts",
                      time(a.startsAt()),
                      "ends",
                      time(a.endsAt()),
                      "updated",
                      time(a.updatedAt()),
                      "url",
                      a.generatorUrl(),
                      "times_out",
                      a.timesOut());
              case Change.Gone(String fingerprint) -> Json.object("is", "gone", "id", fingerprint);
              case Change.Silenced(Silence s) ->
                  Json.object(
                      "is",
                      "silence",
                      "id",
                      s.id(),
                      "matchers",
                      s.matchers().stream()
                          .map(m -> List.of(m.name(), m.op().name(), m.value()))
                          .toList(),
                      "starts",
                      time(s.startsAt()),
                      "ends",
                      time(s.endsAt()),
                      "updated",
                      time(s.updatedAt()),
                      "by",
                      s.createdBy(),
                      "comment",
                      s.comment());
              case Change.Unsilenced(String id) -> Json.object("is", "unsilence", "id", id);
              case Change.NotificationLogEntry(String key, NotifiedAlerts notified) ->
                  Json.object(
                      "is",
                      "told",
                      "key",
                      key,
                      "at",
                      time(notified.at()),
                      "firing",
                      notified.firing(),
                      "resolved",
                      notified.resolved());
              case Change.NotificationLogExpiry(String key) ->
                  Json.object("is", "untold", "key", key);
              case Change.Received(InboxMessage l) ->
                  Json.object(
                      "is", "letter", "id", l.id(), "at", time(l.received()), "body", l.body());
            }));
  }

  private static String time(Instant instant) {
    return instant.toString();
  }

  /// @throws IllegalArgumentException for a kind that this version does not know
  static Change read(ByteBuffer payload) {
    var bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    var json = Json.parse(bytes);
    return switch (text(json, "is")) {
      case "alert" ->
          new Change.Put(
              new Alert(
                  labels(json.path("labels")),
                  labels(json.path("annotations")),
                  instant(json, "starts"),
                  instant(json, "ends"),
                  instant(json, "updated"),
                  text(json, "url"),
                  json.path("times_out").asBoolean(false)));
      case "gone" -> new Change.Gone(text(json, "id"));
      case "silence" ->
          new Change.Silenced(
              new Silence(
                  text(json, "id"),
                  matchers(json.path("matchers")),
                  instant(json, "starts"),
                  instant(json, "ends"),
                  instant(json, "updated"),
                  text(json, "by"),
                  text(json, "comment")));
      case "unsilence" -> new Change.Unsilenced(text(json, "id"));
      case "told" ->
          new Change.NotificationLogEntry(
              text(json, "key"),
              new NotifiedAlerts(
                  instant(json, "at"), texts(json.path("firing")), texts(json.path("resolved"))));
      case "untold" -> new Change.NotificationLogExpiry(text(json, "key"));
      case "letter" ->
          new Change.Received(
              new InboxMessage(json.path("id").asLong(0), instant(json, "at"), text(json, "body")));
      default ->
          throw new IllegalArgumentException(
              "record of kind '%s' (expected: one that this version writes)"
                  .formatted(text(json, "is")));
    };
  }

  private static String text(JsonNode json, String key) {
    return json.path(key).asString("");
  }

  private static Instant instant(JsonNode json, String key) {
    return Instant.parse(text(json, key));
  }

  static Labels labels(JsonNode json) {
    var labels = new TreeMap<String, String>();
    json.properties().forEach(entry -> labels.put(entry.getKey(), entry.getValue().asString("")));
    return Labels.of(labels);
  }

  private static Set<String> texts(JsonNode list) {
    var texts = new HashSet<String>();
    list.forEach(item -> texts.add(item.asString("")));
    return texts;
  }

  private static List<Matcher> matchers(JsonNode list) {
    var matchers = new ArrayList<Matcher>();
    list.forEach(
        m ->
            matchers.add(
                new Matcher(
                    m.path(0).asString(""),
                    Matcher.Op.valueOf(m.path(1).asString("EQUAL")),
                    m.path(2).asString(""))));
    return matchers;
  }
}
