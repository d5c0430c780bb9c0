package dev.gori.kernel.sample;

/// One bucket of a native histogram with its bounds.
///
/// @param zero whether it is the zero bucket, which includes both bounds
public record Bucket(
    double lower,
    double upper,
    boolean lowerInclusive,
    boolean upperInclusive,
    double count,
    boolean zero) {

  public double width() {
    return upper - lower;
  }
}
