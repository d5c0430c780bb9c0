package dev.gori.logs.store;

import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// What a store keeps and takes. The defaults of the limits are Loki's documented ones where it has
/// them.
///
/// @param retention entries older than this are not given and their segments are deleted
/// @param headBytes how much is held in memory before it becomes a segment
/// @param headAge how long an entry is held in memory at most before it becomes part of a segment
/// @param line the longest line
/// @param streams the most streams in memory at once
/// @param labels the most labels of a stream
/// @param labelName the longest name, in characters
/// @param labelValue the longest value, in characters
/// @param oldest how old an entry may be when it arrives
/// @param newest how far in the future its time may lie
/// @param reserve space that must stay free on the disk
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
