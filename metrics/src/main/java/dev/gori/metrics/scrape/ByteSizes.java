package dev.gori.metrics.scrape;

import java.util.regex.Pattern;

/// Parses Prometheus's sizes: `512MB`, `1KB512B`, or `0`. Units are powers of 1024, with or without
/// an `i`.
final class ByteSizes {

  private static final Pattern PART = Pattern.compile("(\\d+)([KMGTPE]?)i?B");
  private static final String UNITS = "KMGTPE";

  private ByteSizes() {}

  /// @throws IllegalArgumentException if the text is not a size
  static long parse(String text) {
    if (text.equals("0")) {
      return 0;
    }
    var part = PART.matcher(text);
    long sum = 0;
    int at = 0;
    while (at < text.length()) {
      if (!part.find(at) || part.start() != at) {
        throw new IllegalArgumentException(text);
      }
      int power = part.group(2).isEmpty() ? 0 : UNITS.indexOf(part.group(2)) + 1;
      try {
        sum =
            Math.addExact(
                sum, Math.multiplyExact(Long.parseLong(part.group(1)), 1L << (10 * power)));
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(text, e);
      }
      at = part.end();
    }
    if (at == 0) {
      throw new IllegalArgumentException("''");
    }
    return sum;
  }
}
