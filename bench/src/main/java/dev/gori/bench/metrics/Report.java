package dev.gori.bench.metrics;

import java.util.Locale;

/// Prints our value, the peer's value, and the ratio; above 1 Gori is better.
final class Report {

  Report() {
    System.out.printf("%-52s %12s %12s %8s%n", "", "gori", "prometheus", "better");
  }

  void line(String text) {
    System.out.println(text);
  }

  void compare(String what, String unit, double own, double peer, boolean moreIsBetter) {
    double times = moreIsBetter ? own / peer : peer / own;
    System.out.printf(
        Locale.ROOT,
        "%-52s %12s %12s %7.2fx%n",
        what + ", " + unit,
        number(own),
        number(peer),
        times);
  }

  private static String number(double value) {
    return value >= 1_000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
