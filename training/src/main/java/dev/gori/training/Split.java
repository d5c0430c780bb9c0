package dev.gori.training;

import java.util.Arrays;

/// Which rows train and which rows test.
///
/// The rule: the row's key is hashed (64-bit FNV-1a of its UTF-16 units, then mixed with the seed
/// by SplitMix64's finaliser); the upper 53 bits are a fraction of 1, and the row tests when that
/// fraction is below the wanted share. So a row's side depends on its key and the seed only: not on
/// the order of rows, not on what else is in the table, and rows of one key are never on both
/// sides.
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
