package dev.gori.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Rows with a target that can be learnt, from a seed: one column with a large mean, one that never
/// changes, one that is noise.
final class Examples {

  static final List<String> COLUMNS =
      List.of("event_value", "amount", "session_length_sec", "epoch", "constant", "noise");

  private Examples() {}

  static Dataset dataset(int rows, long seed) {
    return Dataset.collect(COLUMNS, rows(rows, seed).iterator(), rows);
  }

  static List<Row> rows(int rows, long seed) {
    var random = new Random(seed);
    var all = new ArrayList<Row>(rows);
    for (int i = 0; i < rows; i++) {
      float value = (float) random.nextGaussian();
      float amount = (float) Math.exp(random.nextGaussian() * 2);
      float session = random.nextInt(3600);
      float epoch = 1.7e9f + random.nextInt(1_000_000);
      float noise = random.nextFloat();
      double z =
          1.5 * value + 0.4 * Math.log(amount) - (session - 1800) / 1200 + random.nextGaussian();
      all.add(
          new Row(
              new float[] {value, amount, session, epoch, 7, noise}, z > 0 ? 1 : 0, "user" + i));
    }
    return all;
  }

  static float[] flat(List<Row> rows) {
    var flat = new float[rows.size() * COLUMNS.size()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i).features(), 0, flat, i * COLUMNS.size(), COLUMNS.size());
    }
    return flat;
  }
}
