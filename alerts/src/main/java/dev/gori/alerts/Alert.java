package dev.gori.alerts;

import dev.gori.kernel.label.Labels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;

/// An alert. Its labels are its identity.
///
/// @param endsAt when it resolves
/// @param timesOut whether `endsAt` comes from `resolve_timeout`, because the sender gave none
record Alert(
    Labels labels,
    Labels annotations,
    Instant startsAt,
    Instant endsAt,
    Instant updatedAt,
    String generatorUrl,
    boolean timesOut) {

  /// By job, then by instance, then by all labels: the order in which messages name alerts.
  static final Comparator<Alert> IN_MESSAGES =
      Comparator.comparing(Alert::labels, byLabel("job"))
          .thenComparing(Alert::labels, byLabel("instance"))
          .thenComparing(Alert::labels, Alert::before);

  private static Comparator<Labels> byLabel(String name) {
    return (a, b) ->
        a.has(name) == b.has(name) ? a.get(name).compareTo(b.get(name)) : a.has(name) ? -1 : 1;
  }

  private static int before(Labels a, Labels b) {
    return a.size() != b.size() ? Integer.compare(a.size(), b.size()) : a.compareTo(b);
  }

  boolean isOver(Instant now) {
    return !endsAt.isAfter(now);
  }

  String fingerprint() {
    return fingerprint(labels);
  }

  /// FNV-1a over names and values, as Prometheus and Alertmanager compute it: 16 hexadecimal
  /// digits.
  static String fingerprint(Labels labels) {
    var hash = new long[] {0xcbf29ce484222325L};
    labels.forEach(
        (name, value) -> {
          hash[0] = fnv(fnv(hash[0], name), value);
        });
    return String.format("%016x", hash[0]);
  }

  private static long fnv(long hash, String text) {
    long sum = hash;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      sum = (sum ^ (b & 0xff)) * 0x100000001b3L;
    }
    return (sum ^ 0xff) * 0x100000001b3L;
  }

  /// Merges an older alert of the same labels into this one, if the two overlap in time.
  Alert after(Alert older, Instant now) {
    boolean endsWithin = endsAt.isAfter(older.startsAt) && endsAt.isBefore(older.endsAt);
    boolean startsWithin = startsAt.isAfter(older.startsAt) && startsAt.isBefore(older.endsAt);
    if (!endsWithin && !startsWithin) {
      return this;
    }
    var start = older.startsAt.isBefore(startsAt) ? older.startsAt : startsAt;
    boolean keepsEnd =
        isOver(now)
            ? older.isOver(now) && older.endsAt.isAfter(endsAt)
            : older.endsAt.isAfter(endsAt) && !older.timesOut;
    return new Alert(
        labels,
        annotations,
        start,
        keepsEnd ? older.endsAt : endsAt,
        updatedAt,
        generatorUrl,
        timesOut);
  }
}
