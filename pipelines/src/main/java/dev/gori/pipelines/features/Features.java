package dev.gori.pipelines.features;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Checks raw data, builds features from it, and reads them back. Every call streams.
public final class Features {

  private Features() {}

  /// Reads a raw file to its end and judges it. Data that is no good is an answer, not an
  /// exception.
  public static RawCheck validate(InputStream raw, RawExpectation expectation) throws IOException {
    return RawValidation.check(raw, expectation);
  }

  /// Writes `feature.csv`: a header, then a row for each raw row of the right width.
  ///
  /// @throws dev.gori.kernel.fault.FaultException BAD_REQUEST when the header is wrong, the file is
  ///   no CSV, or a feature names a column that is not there
  public static FeatureResult build(
      InputStream raw, RawExpectation expectation, FeatureSpec spec, OutputStream features)
      throws IOException {
    return FeatureBuild.build(raw, expectation, spec, features);
  }

  public static FeatureRows read(InputStream features) {
    return FeatureRows.open(features);
  }
}
