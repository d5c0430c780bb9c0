package dev.gori.kernel.id;

import java.util.Locale;

/// A number of bytes.
public record Bytes(long count) implements Comparable<Bytes> {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("bytes: %d (expected: 0 or more)".formatted(count));
    }
  }

  public static Bytes kibi(long n) {
    return new Bytes(Math.multiplyExact(n, 1L << 10));
  }

  public static Bytes mebi(long n) {
    return new Bytes(Math.multiplyExact(n, 1L << 20));
  }

  public static Bytes gibi(long n) {
    return new Bytes(Math.multiplyExact(n, 1L << 30));
  }

  /// Reads `512`, `64KiB`, `10MB`, `1GiB`. Accepts units of 1000 and of 1024, case-insensitively.
  public static Bytes parse(String text) {
    var number = text.strip().toLowerCase(Locale.ROOT);
    int digits = 0;
    while (digits < number.length() && Character.isDigit(number.charAt(digits))) {
      digits++;
    }
    long factor =
        switch (number.substring(digits).strip()) {
          case "", "b" -> 1L;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          case "tib" -> 1L << 40;
          case "kb" -> 1_000L;
          case "mb" -> 1_000_000L;
          case "gb" -> 1_000_000_000L;
          case "tb" -> 1_000_000_000_000L;
          default -> 0L;
        };
    if (digits == 0 || factor == 0) {
      throw new IllegalArgumentException(
          "size: '%s' (expected: a number with a unit, such as 64MiB)".formatted(text));
    }
    return new Bytes(Math.multiplyExact(Long.parseLong(number.substring(0, digits)), factor));
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /// `512 B`, `1.5 MiB`.
  @Override
  public String toString() {
    double shown = count;
    int unit = 0;
    while (shown >= 1024 && unit < UNITS.length - 1) {
      shown /= 1024;
      unit++;
    }
    return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", shown, UNITS[unit]);
  }
}
