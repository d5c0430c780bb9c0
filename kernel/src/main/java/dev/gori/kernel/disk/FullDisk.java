package dev.gori.kernel.disk;

import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Detects full disks by exception messages, because Java has no exception type for them.
public final class FullDisk {

  private static final int DEEPEST = 50; // causes

  private FullDisk() {}

  /// Whether a failure, or one that caused it, reports a full disk or an exhausted quota.
  public static boolean isCauseOf(Throwable failure) {
    return Stream.<@Nullable Throwable>iterate(
            failure, at -> at != null, at -> at == null ? null : at.getCause())
        .limit(DEEPEST)
        .anyMatch(at -> at != null && says(String.valueOf(at.getMessage())));
  }

  private static boolean says(String message) {
    var text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left on device")
        || text.contains("disk quota exceeded")
        || text.contains("not enough space on the disk");
  }
}
