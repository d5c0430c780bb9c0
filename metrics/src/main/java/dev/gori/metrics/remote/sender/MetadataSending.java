package dev.gori.metrics.remote.sender;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// Tells one receiver from time to time what the metrics are: in requests of their own with remote
/// write 1.0, beside the series with 2.0. What does not arrive is told the next time.
final class MetadataSending {

  private final Destination to;
  private final Receiver receiver;
  private final Supplier<Map<String, MetricMetadata>> known;
  private final SendCounts counts;
  private final Logger log;
  private volatile Map<String, MetricMetadata> beside = Map.of();
  private boolean failing;

  MetadataSending(
      Destination to,
      Receiver receiver,
      Supplier<Map<String, MetricMetadata>> known,
      SendCounts counts,
      Logger log) {
    this.to = to;
    this.receiver = receiver;
    this.known = known;
    this.counts = counts;
    this.log = log;
  }

  /// What goes along with series.
  Map<String, MetricMetadata> beside() {
    return beside;
  }

  void round() {
    var all = known.get();
    switch (to.content().protocol()) {
      case FIRST -> send(sorted(all));
      case SECOND -> beside = all;
    }
  }

  private static List<MetricMetadata> sorted(Map<String, MetricMetadata> all) {
    var list = new ArrayList<>(all.values());
    list.sort(Comparator.comparing(MetricMetadata::metric));
    return list;
  }

  private void send(List<MetricMetadata> all) {
    int most = to.content().metadata().most();
    for (int from = 0; from < all.size(); from += most) {
      var part = all.subList(from, Math.min(all.size(), from + most));
      var outcome = receiver.send(WriteMessage.packedMetadata(part));
      switch (outcome) {
        case Outcome.Taken() -> {
          counts.described(to, part.size());
          failing = false;
        }
        case Outcome.Refused(int _, String why) -> failed(part.size(), why);
        case Outcome.Later(String why, var _) -> {
          failed(part.size(), why);
          return;
        }
      }
    }
  }

  private void failed(int metrics, String why) {
    counts.notDescribed(to, metrics);
    if (!failing) {
      log.warn("forwarding to={} cannot tell what the metrics are: {}", to.name(), why);
    }
    failing = true;
  }
}
