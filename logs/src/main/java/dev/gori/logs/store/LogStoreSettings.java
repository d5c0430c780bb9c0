package dev.gori.logs.store;

import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// Retention and limits of a store. Where Loki documents a default for a limit, it is the default
/// here.
///
/// @param retention the store neither returns entries older than this nor keeps their segments
/// @param headBytes size of the head at which it is written as a segment
/// @param headAge longest time that an entry stays in the head before it is written to a segment
/// @param maxLineSize the largest line
/// @param maxStreams the most streams in the head
/// @param maxLabelNames the most labels of a stream
/// @param maxLabelNameLength the longest label name, in characters
/// @param maxLabelValueLength the longest label value, in characters
/// @param maxAge the greatest age of an entry when it arrives
/// @param creationGracePeriod how far in the future the timestamp of an entry may be
/// @param minFreeSpace the free disk space that the store requires for a push
public record LogStoreSettings(
    Duration retention,
    Bytes headBytes,
    Duration headAge,
    Bytes maxLineSize,
    int maxStreams,
    int maxLabelNames,
    int maxLabelNameLength,
    int maxLabelValueLength,
    Duration maxAge,
    Duration creationGracePeriod,
    Bytes minFreeSpace) {

  public static final LogStoreSettings DEFAULTS =
      new LogStoreSettings(
          Duration.ofDays(7),
          Bytes.mebi(8),
          Duration.ofHours(1),
          Bytes.kibi(256),
          10_000,
          15,
          1024,
          2048,
          Duration.ofDays(7),
          Duration.ofMinutes(10),
          Bytes.mebi(64));

  public LogStoreSettings withRetention(Duration newRetention) {
    return new LogStoreSettings(
        newRetention,
        headBytes,
        headAge,
        maxLineSize,
        maxStreams,
        maxLabelNames,
        maxLabelNameLength,
        maxLabelValueLength,
        maxAge,
        creationGracePeriod,
        minFreeSpace);
  }

  public LogStoreSettings withHead(Bytes newBytes, Duration newAge) {
    return new LogStoreSettings(
        retention,
        newBytes,
        newAge,
        maxLineSize,
        maxStreams,
        maxLabelNames,
        maxLabelNameLength,
        maxLabelValueLength,
        maxAge,
        creationGracePeriod,
        minFreeSpace);
  }
}
