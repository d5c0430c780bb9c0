package dev.gori.metrics.remote.sender;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// Sends metric metadata to one destination periodically: in separate requests with remote write
/// 1.0, with the series in 2.0. Failed metadata is sent again with the next round.
final class MetadataWatcher {

  private final RemoteWriteConfig to;
  private final WriteClient client;
  private final Supplier<Map<String, MetricMetadata>> source;
  private final QueueManagerMetrics metrics;
  private final Logger log;
  private volatile Map<String, MetricMetadata> withSeries = Map.of();
  private boolean failing;

  MetadataWatcher(
      RemoteWriteConfig to,
      WriteClient receiver,
      Supplier<Map<String, MetricMetadata>> known,
      QueueManagerMetrics counts,
      Logger log) {
    this.to = to;
    this.client = receiver;
    this.source = known;
    this.metrics = counts;
    this.log = log;
  }

  /// The metadata to send with the series.
  Map<String, MetricMetadata> withSeries() {
    return withSeries;
  }

  void sendAll() {
    var all = source.get();
    switch (to.content().protocol()) {
      case V1 -> send(sorted(all));
      case V2 -> withSeries = all;
    }
  }

  private static List<MetricMetadata> sorted(Map<String, MetricMetadata> all) {
    var list = new ArrayList<>(all.values());
    list.sort(Comparator.comparing(MetricMetadata::metric));
    return list;
  }

  private void send(List<MetricMetadata> all) {
    int most = to.content().metadata().maxSamplesPerSend();
    for (int from = 0; from < all.size(); from += most) {
      var part = all.subList(from, Math.min(all.size(), from + most));
      var outcome = client.send(WriteRequestEncoder.compressedMetadata(part));
      switch (outcome) {
        case SendResult.Accepted() -> {
          metrics.metadataSent(to, part.size());
          failing = false;
        }
        case SendResult.Rejected(int _, String why) -> failed(part.size(), why);
        case SendResult.Recoverable(String why, var _) -> {
          failed(part.size(), why);
          return;
        }
      }
    }
  }

  private void failed(int count, String why) {
    metrics.metadataFailed(to, count);
    if (!failing) {
      log.warn("remote write to={} cannot send metadata: {}", to.name(), why);
    }
    failing = true;
  }
}
