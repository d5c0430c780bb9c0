package dev.gori.metrics.exposition;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Every body is parsed or rejected with an ExpositionException. Stored cases run with every build;
/// `bench/fuzz/run` finds new ones.
final class ExpositionFuzzTest {

  private static final ExpositionParser.Options ALL =
      new ExpositionParser.Options(true, true, true, true);

  @FuzzTest
  void text(byte[] bytes) {
    read(bytes, ScrapeProtocol.TEXT_0_0_4, ExpositionParser.Options.DEFAULTS);
    read(bytes, ScrapeProtocol.TEXT_0_0_4, ALL);
  }

  @FuzzTest
  void openMetrics(byte[] bytes) {
    read(bytes, ScrapeProtocol.OPEN_METRICS_1_0_0, ExpositionParser.Options.DEFAULTS);
    read(bytes, ScrapeProtocol.OPEN_METRICS_1_0_0, ALL);
  }

  @FuzzTest
  void protobuf(byte[] bytes) {
    read(bytes, ScrapeProtocol.PROMETHEUS_PROTO, ExpositionParser.Options.DEFAULTS);
    read(bytes, ScrapeProtocol.PROMETHEUS_PROTO, ALL);
  }

  private static void read(
      byte[] bytes, ScrapeProtocol protocol, ExpositionParser.Options options) {
    try {
      ExpositionParser.parse(bytes, protocol, options, new RecordingSink());
    } catch (ExpositionException _) {
      // rejected, with its position
    }
  }
}
