package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Checks pushed streams and entries against the limits and collects what it rejects.
final class EntryValidator {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.]*");
  private static final int MAX_SHOWN = 200;

  private final LogStoreSettings settings;
  private final Time time;
  private final List<PushResult.Rejected> rejected = new ArrayList<>();

  EntryValidator(LogStoreSettings settings, Time time) {
    this.settings = settings;
    this.time = time;
  }

  List<PushResult.Rejected> rejected() {
    return rejected;
  }

  void rejectStream(StreamBatch batch, PushResult.Reason reason, String message) {
    rejected.add(new PushResult.Rejected(reason, batch.entries().size(), message));
  }

  /// Returns the entries of the batch that pass; none when the stream itself is rejected.
  List<LogEntry> validate(StreamBatch batch) {
    if (!isValid(batch)) {
      return List.of();
    }
    long now = nanos(time.now());
    long oldest = now - settings.maxAge().toNanos();
    long newest = now + settings.creationGracePeriod().toNanos();
    var good = new ArrayList<LogEntry>(batch.entries().size());
    for (var entry : batch.entries()) {
      if (isValid(batch.stream(), entry, oldest, newest)) {
        good.add(entry);
      }
    }
    return good;
  }

  private boolean isValid(StreamBatch batch) {
    var stream = batch.stream();
    if (stream.isEmpty()) {
      rejectStream(
          batch,
          PushResult.Reason.MISSING_LABELS,
          "stream without labels (expected: at least one label in each stream)");
      return false;
    }
    if (stream.size() > settings.maxLabelNames()) {
      rejectStream(
          batch,
          PushResult.Reason.MAX_LABEL_NAMES,
          "stream %s has %d labels (expected: at most %d)"
              .formatted(shown(stream), stream.size(), settings.maxLabelNames()));
      return false;
    }
    for (int i = 0; i < stream.size(); i++) {
      if (!isValidLabel(batch, stream.nameAt(i), stream.valueAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean isValidLabel(StreamBatch batch, String name, String value) {
    if (name.length() > settings.maxLabelNameLength()) {
      rejectStream(
          batch,
          PushResult.Reason.LABEL_NAME_TOO_LONG,
          "stream %s has a label name of %d characters: '%s…' (expected: at most %d)"
              .formatted(
                  shown(batch.stream()),
                  name.length(),
                  name.substring(0, Math.min(40, name.length())),
                  settings.maxLabelNameLength()));
      return false;
    }
    if (!NAME.matcher(name).matches()) {
      rejectStream(
          batch,
          PushResult.Reason.INVALID_LABELS,
          "stream %s has the label name '%s' (expected: letters, digits and '_', no digit first)"
              .formatted(shown(batch.stream()), name));
      return false;
    }
    if (value.length() > settings.maxLabelValueLength()) {
      rejectStream(
          batch,
          PushResult.Reason.LABEL_VALUE_TOO_LONG,
          "stream %s has a value of %d characters in label '%s' (expected: at most %d)"
              .formatted(
                  shown(batch.stream()), value.length(), name, settings.maxLabelValueLength()));
      return false;
    }
    return true;
  }

  private boolean isValid(Labels stream, LogEntry entry, long oldest, long newest) {
    if (entry.nanos() < oldest) {
      reject(
          PushResult.Reason.TOO_OLD,
          "entry for stream '%s' has timestamp too old: %s, oldest acceptable timestamp is: %s"
              .formatted(shown(stream), instant(entry.nanos()), instant(oldest)));
      return false;
    }
    if (entry.nanos() > newest) {
      reject(
          PushResult.Reason.TOO_FAR_IN_FUTURE,
          "entry for stream '%s' has timestamp too new: %s, newest acceptable timestamp is: %s"
              .formatted(shown(stream), instant(entry.nanos()), instant(newest)));
      return false;
    }
    if (entry.line().length() * 3L > settings.maxLineSize().count()) {
      long bytes = entry.line().getBytes(StandardCharsets.UTF_8).length;
      if (bytes > settings.maxLineSize().count()) {
        reject(
            PushResult.Reason.LINE_TOO_LONG,
            "entry for stream '%s' at %s has a line of %d bytes (expected: at most %d)"
                .formatted(
                    shown(stream), instant(entry.nanos()), bytes, settings.maxLineSize().count()));
        return false;
      }
    }
    return true;
  }

  private void reject(PushResult.Reason reason, String message) {
    rejected.add(new PushResult.Rejected(reason, 1, message));
  }

  private static String shown(Labels stream) {
    var text = stream.toString();
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }

  static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }

  private static Instant instant(long nanos) {
    return Instant.EPOCH.plus(Duration.ofNanos(nanos));
  }
}
