package dev.gori.metrics.exposition;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Whatever a target sends is read or refused. Stored cases run with every build; `bench/fuzz/run`
/// looks for new ones.
final class ExpositionFuzzTest {

  private static final Exposition.Options ALL = new Exposition.Options(true, true, true, true);

  @FuzzTest
  void text(byte[] bytes) {
    read(bytes, Protocol.TEXT_0_0_4, Exposition.Options.DEFAULTS);
    read(bytes, Protocol.TEXT_0_0_4, ALL);
  }

  @FuzzTest
  void openMetrics(byte[] bytes) {
    read(bytes, Protocol.OPEN_METRICS_1_0_0, Exposition.Options.DEFAULTS);
    read(bytes, Protocol.OPEN_METRICS_1_0_0, ALL);
  }

  @FuzzTest
  void protobuf(byte[] bytes) {
    read(bytes, Protocol.PROMETHEUS_PROTO, Exposition.Options.DEFAULTS);
    read(bytes, Protocol.PROMETHEUS_PROTO, ALL);
  }

  private static void read(byte[] bytes, Protocol protocol, Exposition.Options options) {
    try {
      Exposition.read(bytes, protocol, options, new Told());
    } catch (Malformed _) {
      // refused, with its place
    }
  }
}
