package dev.gori.pipelines.features;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Locale;
import java.util.SplittableRandom;

/// Generates a day of user events: the same date, rows and seed give the same bytes.
///
/// An event is a purchase with a probability that depends on the row's own values (a logistic model
/// of event value, session length, premium and device), so that a model can learn it: the best
/// possible accuracy is about 0.8. On a usual day about 1.2 % of the cells are empty, 0.2 % of the
/// rows have a surplus field, and 0.1 % of the amounts are not numbers.
///
/// @param date the day of the events, in Asia/Seoul
/// @param rows the number of rows, including the bad ones
/// @param shift 0 for a usual day; 1 shifts event values, amounts and session lengths by about two
///   standard deviations
/// @param nullRate the share of empty cells outside of `event_time`, 0 to 1
public record SampleDay(LocalDate date, long rows, long seed, double shift, double nullRate) {

  private static final String[] DEVICES = {"mobile", "desktop", "tablet"};
  private static final String[] COUNTRIES = {"KR", "US", "JP", "DE", "VN"};
  private static final String[] OTHER_EVENTS = {"view", "click", "cart"};
  private static final double USUAL_NULL_RATE = 0.012;
  private static final double WRONG_WIDTH = 0.002;
  private static final double NO_NUMBER = 0.001;

  public SampleDay {
    if (rows < 0 || nullRate < 0 || nullRate > 1) {
      throw new IllegalArgumentException(
          "sample day: %d rows, null rate %s (expected: 0 rows or more, a rate from 0 to 1)"
              .formatted(rows, nullRate));
    }
  }

  public static SampleDay usual(LocalDate date, long rows, long seed) {
    return new SampleDay(date, rows, seed, 0, USUAL_NULL_RATE);
  }

  /// The object key `daily/user_events_YYYYMMDD.csv`, which the pipeline reads for this day.
  public String key() {
    return "daily/user_events_%s.csv".formatted(date.toString().replace("-", ""));
  }

  public void writeTo(OutputStream out) throws IOException {
    var random = new SplittableRandom(seed * 31 + date.toEpochDay());
    var writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    writer.write(String.join(",", RawExpectation.USER_EVENTS));
    writer.write('\n');
    for (long row = 0; row < rows; row++) {
      writer.write(line(random, row));
      writer.write('\n');
    }
    writer.flush();
  }

  private String line(SplittableRandom random, long row) {
    boolean isPremium = random.nextDouble() < 0.3;
    var device = DEVICES[random.nextInt(10) < 6 ? 0 : 1 + random.nextInt(2)];
    double value = 50 + 20 * (random.nextGaussian() + 2 * shift);
    double length = Math.exp(5 + 0.6 * (random.nextGaussian() + 2 * shift));
    double amount = Math.exp(3 + 0.8 * (random.nextGaussian() + 2 * shift));
    double score =
        0.09 * (value - 50)
            + 0.006 * (length - 170)
            + (isPremium ? 1.4 : -0.6)
            + (device.equals("desktop") ? 0.6 : -0.2);
    boolean isPurchase = random.nextDouble() < 1 / (1 + Math.exp(-1.6 * score));
    var cells =
        new String[] {
          date.atTime(LocalTime.ofSecondOfDay(random.nextInt(86_400))).toString(),
          cell(random, "u%05d".formatted(random.nextInt(20_000))),
          cell(random, "s%08d".formatted(row)),
          isPurchase ? "purchase" : OTHER_EVENTS[random.nextInt(OTHER_EVENTS.length)],
          cell(random, device),
          cell(random, COUNTRIES[random.nextInt(COUNTRIES.length)]),
          cell(random, isPremium ? "1" : "0"),
          cell(random, decimal(value)),
          random.nextDouble() < NO_NUMBER ? "n/a" : cell(random, decimal(amount)),
          cell(random, decimal(length))
        };
    var line = String.join(",", cells);
    return random.nextDouble() < WRONG_WIDTH ? line + ",surplus" : line;
  }

  private String cell(SplittableRandom random, String text) {
    return random.nextDouble() < nullRate ? "" : text;
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }
}
