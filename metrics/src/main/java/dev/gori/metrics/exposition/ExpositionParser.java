package dev.gori.metrics.exposition;

/// Parses scraped bodies strictly: any invalid line or message fails the whole body.
public final class ExpositionParser {

  /// How to parse histograms and start timestamps.
  ///
  /// @param nativeHistograms whether to read native histograms of protobuf; otherwise only classic
  ///   ones
  /// @param alwaysClassic whether to read classic histograms also where there are native ones
  /// @param customBuckets whether to convert classic histograms to native ones with custom buckets
  ///   (NHCB)
  /// @param startTimes whether to report start timestamps; OpenMetrics' `_created` lines are not
  ///   series then
  public record Options(
      boolean nativeHistograms, boolean alwaysClassic, boolean customBuckets, boolean startTimes) {
    public static final Options DEFAULTS = new Options(false, false, false, false);
  }

  private ExpositionParser() {}

  /// @throws ExpositionException with the line number, or the number of the protobuf message
  public static void parse(byte[] body, ScrapeProtocol protocol, Options options, MetricSink sink)
      throws ExpositionException {
    var into = options.customBuckets() ? new NhcbConverter(sink, options.alwaysClassic()) : sink;
    switch (protocol.form()) {
      case TEXT -> new TextParser(body, false, options, into).read();
      case OPEN_METRICS -> new TextParser(body, true, options, into).read();
      case PROTOBUF -> new ProtobufParser(body, options, into).read();
    }
    into.end();
  }
}
