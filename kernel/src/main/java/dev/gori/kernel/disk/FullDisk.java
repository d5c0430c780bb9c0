package dev.gori.kernel.disk;

import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether a failure means that there is no room on a disk, which Java says in words only.
public final class FullDisk {

  private static final int DEEPEST = 50; // causes

  private FullDisk() {}

  /// Whether a failure, or one that caused it, is that of a full disk or an exhausted quota.
  public static boolean isCauseOf(Throwable failure) {
    return Stream.<@Nullable Throwable>iterate(
            failure, at -> at != null, at -> at == null ? null : at.getCause())
        .limit(DEEPEST)
        .anyMatch(at -> at != null && says(String.valueOf(at.getMessage())));
  }

  private static boolean says(String message) {
    var words = message.toLowerCase(Locale.ROOT);
    return words.contains("no space left on device")
        || words.contains("disk quota exceeded")
        || words.contains("not enough space on the disk");
  }
}
