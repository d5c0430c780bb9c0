package dev.gori.metrics.exposition;

/// Reads what targets show. Strict: what is not understood fails the whole, with its line or
/// message.
public final class ExpositionParser {

  /// What a reader makes of histograms and start times.
  ///
  /// @param nativeHistograms whether native parts of protobuf histograms are read; else the classic
  ///   parts alone
  /// @param alwaysClassic whether the classic parts are read beside native ones
  /// @param customBuckets whether classic histograms become native ones with custom buckets
  /// @param startTimes whether the sink is told when counters began; OpenMetrics' `_created` lines
  ///   are then no series
  public record Options(
      boolean nativeHistograms, boolean alwaysClassic, boolean customBuckets, boolean startTimes) {
    public static final Options DEFAULTS = new Options(false, false, false, false);
  }

  private ExpositionParser() {}

  /// @throws Malformed with the line of a text, or the number of a protobuf message
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
