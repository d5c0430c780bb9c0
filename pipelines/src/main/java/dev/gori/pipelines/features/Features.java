package dev.gori.pipelines.features;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Validates raw data, builds features from it, and reads them back. Every method streams.
public final class Features {

  private Features() {}

  /// Validates a raw file. Invalid data is a result, not an exception.
  public static RawCheck validate(InputStream raw, RawExpectation expectation) throws IOException {
    return RawValidation.check(raw, expectation);
  }

  /// Writes `feature.csv`: a header, then one row for each raw row with the right number of fields.
  ///
  /// @throws dev.gori.kernel.fault.FaultException BAD_REQUEST when the header is wrong, the file is
  ///   not CSV, or a feature names an unknown column
  public static FeatureResult build(
      InputStream raw, RawExpectation expectation, FeatureSpec spec, OutputStream features)
      throws IOException {
    return FeatureBuild.build(raw, expectation, spec, features);
  }

  public static FeatureRows read(InputStream features) {
    return FeatureRows.open(features);
  }
}
