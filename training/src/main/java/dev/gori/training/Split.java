package dev.gori.training;

import java.util.Arrays;

/// The split of rows into training and test rows.
///
/// The row's key is hashed (64-bit FNV-1a of its UTF-16 units, then mixed with the seed by
/// SplitMix64's finaliser). The upper 53 bits are a fraction of 1; the row is a test row if the
/// fraction is below the test share. A row's side therefore depends only on its key and the seed,
/// not on the order of rows or on other rows, and rows with the same key are on the same side.
record Split(int[] train, int[] test) {

  static Split of(Dataset dataset, double testShare, long seed) {
    var train = new int[dataset.rows()];
    var test = new int[dataset.rows()];
    int trains = 0;
    int tests = 0;
    for (int row = 0; row < dataset.rows(); row++) {
      if (fraction(dataset.key(row), seed) < testShare) {
        test[tests++] = row;
      } else {
        train[trains++] = row;
      }
    }
    return new Split(Arrays.copyOf(train, trains), Arrays.copyOf(test, tests));
  }

  static long hash(String key) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private static double fraction(long key, long seed) {
    long z = key + seed * 0x9e3779b97f4a7c15L + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }
}
