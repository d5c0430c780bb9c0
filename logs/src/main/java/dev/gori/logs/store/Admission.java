package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Decides what may come in. Everything that is refused is named.
final class Admission {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.]*");
  private static final int SHOWN = 200;

  private final LogStoreSettings settings;
  private final Time time;
  private final List<Pushed.Rejected> rejected = new ArrayList<>();

  Admission(LogStoreSettings settings, Time time) {
    this.settings = settings;
    this.time = time;
  }

  List<Pushed.Rejected> rejected() {
    return rejected;
  }

  void refuseStream(StreamBatch batch, Pushed.Reason reason, String message) {
    rejected.add(new Pushed.Rejected(reason, batch.entries().size(), message));
  }

  /// The entries of the batch that may be stored; none when the stream itself is refused.
  List<LogEntry> admit(StreamBatch batch) {
    if (!admits(batch)) {
      return List.of();
    }
    long now = nanos(time.now());
    long oldest = now - settings.oldest().toNanos();
    long newest = now + settings.newest().toNanos();
    var good = new ArrayList<LogEntry>(batch.entries().size());
    for (var entry : batch.entries()) {
      if (admits(batch.stream(), entry, oldest, newest)) {
        good.add(entry);
      }
    }
    return good;
  }

  private boolean admits(StreamBatch batch) {
    var stream = batch.stream();
    if (stream.isEmpty()) {
      refuseStream(
          batch,
          Pushed.Reason.MISSING_LABELS,
          "stream without labels (expected: at least one label in each stream)");
      return false;
    }
    if (stream.size() > settings.labels()) {
      refuseStream(
          batch,
          Pushed.Reason.MAX_LABEL_NAMES,
          "stream %s has %d labels (expected: at most %d)"
              .formatted(shown(stream), stream.size(), settings.labels()));
      return false;
    }
    for (int i = 0; i < stream.size(); i++) {
      if (!admitsLabel(batch, stream.nameAt(i), stream.valueAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean admitsLabel(StreamBatch batch, String name, String value) {
    if (name.length() > settings.labelName()) {
      refuseStream(
          batch,
          Pushed.Reason.LABEL_NAME_TOO_LONG,
          "stream %s has a label name of %d characters: '%s…' (expected: at most %d)"
              .formatted(
                  shown(batch.stream()),
                  name.length(),
                  name.substring(0, Math.min(40, name.length())),
                  settings.labelName()));
      return false;
    }
    if (!NAME.matcher(name).matches()) {
      refuseStream(
          batch,
          Pushed.Reason.INVALID_LABELS,
          "stream %s has the label name '%s' (expected: letters, digits and '_', no digit first)"
              .formatted(shown(batch.stream()), name));
      return false;
    }
    if (value.length() > settings.labelValue()) {
      refuseStream(
          batch,
          Pushed.Reason.LABEL_VALUE_TOO_LONG,
          "stream %s has a value of %d characters in label '%s' (expected: at most %d)"
              .formatted(shown(batch.stream()), value.length(), name, settings.labelValue()));
      return false;
    }
    return true;
  }

  private boolean admits(Labels stream, LogEntry entry, long oldest, long newest) {
    if (entry.nanos() < oldest) {
      refuse(
          Pushed.Reason.TOO_OLD,
          "entry for stream '%s' has timestamp too old: %s, oldest acceptable timestamp is: %s"
              .formatted(shown(stream), instant(entry.nanos()), instant(oldest)));
      return false;
    }
    if (entry.nanos() > newest) {
      refuse(
          Pushed.Reason.TOO_FAR_IN_FUTURE,
          "entry for stream '%s' has timestamp too new: %s, newest acceptable timestamp is: %s"
              .formatted(shown(stream), instant(entry.nanos()), instant(newest)));
      return false;
    }
    if (entry.line().length() * 3L > settings.line().count()) {
      long bytes = entry.line().getBytes(StandardCharsets.UTF_8).length;
      if (bytes > settings.line().count()) {
        refuse(
            Pushed.Reason.LINE_TOO_LONG,
            "entry for stream '%s' at %s has a line of %d bytes (expected: at most %d)"
                .formatted(shown(stream), instant(entry.nanos()), bytes, settings.line().count()));
        return false;
      }
    }
    return true;
  }

  private void refuse(Pushed.Reason reason, String message) {
    rejected.add(new Pushed.Rejected(reason, 1, message));
  }

  private static String shown(Labels stream) {
    var text = stream.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }

  private static Instant instant(long nanos) {
    return Instant.EPOCH.plus(Duration.ofNanos(nanos));
  }
}
