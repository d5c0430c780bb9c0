package dev.gori.kernel.sample;

import java.util.ArrayList;
import java.util.List;

/// Iterates over the buckets of a native histogram with their bounds.
final class BucketIterator {

  private BucketIterator() {}

  static List<Bucket> ascending(FloatHistogram h) {
    var all = new ArrayList<Bucket>(h.positive().size() + h.negative().size() + 1);
    for (int i = h.negative().size() - 1; i >= 0; i--) {
      int index = h.negative().indexAt(i);
      all.add(
          new Bucket(
              -BucketScheme.exponentialBound(index, h.schema()),
              -BucketScheme.exponentialBound(index - 1, h.schema()),
              true,
              false,
              h.negative().countAt(i),
              false));
    }
    if (h.zeroCount() != 0) {
      all.add(new Bucket(-h.zeroThreshold(), h.zeroThreshold(), true, true, h.zeroCount(), true));
    }
    for (int i = 0; i < h.positive().size(); i++) {
      all.add(positive(h, h.positive().indexAt(i), h.positive().countAt(i)));
    }
    return all;
  }

  private static Bucket positive(FloatHistogram h, int index, double count) {
    if (h.isCustom()) {
      double lower = BucketScheme.customBound(index - 1, h.bounds());
      double upper = BucketScheme.customBound(index, h.bounds());
      return new Bucket(lower, upper, index == 0, true, count, false);
    }
    return new Bucket(
        BucketScheme.exponentialBound(index - 1, h.schema()),
        BucketScheme.exponentialBound(index, h.schema()),
        false,
        true,
        count,
        false);
  }
}
