package dev.gori.logs;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ContentCoding;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.logs.store.LogStore;
import dev.gori.logs.store.PushResult;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// The route `/loki/api/v1/push`.
final class PushRoutes {

  private static final int MAX_SHOWN = 10;

  private final LogStore store;
  private final Counter entries;

  PushRoutes(LogStore store, SelfMetrics metrics) {
    this.store = store;
    this.entries =
        Counter.builder()
            .name("logs_entries_total")
            .help(
                "Pushed entries by outcome: stored, known (duplicates) or the reason for rejection.")
            .labelNames("outcome")
            .register(metrics.registry());
  }

  void addTo(Routes routes) {
    routes
        .guarded("POST", "/loki/api/v1/push", this::push)
        .takes(PushDecoder.MAX_BODY)
        .accepts(ContentCoding.GZIP, ContentCoding.ZSTD, ContentCoding.SNAPPY);
  }

  private Response push(Request request) throws IOException {
    var pushed = store.push(PushDecoder.decode(request));
    entries.labelValues("stored").inc(pushed.stored());
    entries.labelValues("known").inc(pushed.duplicates());
    pushed
        .rejected()
        .forEach(rejected -> entries.labelValues(rejected.reason().text()).inc(rejected.entries()));
    if (pushed.rejected().isEmpty()) {
      return Response.empty(204);
    }
    boolean busy =
        pushed.rejected().stream()
            .allMatch(rejected -> rejected.reason() == PushResult.Reason.STREAM_LIMIT);
    throw new FaultException(busy ? Fault.TOO_BUSY : Fault.BAD_REQUEST, reason(pushed.rejected()));
  }

  private static String reason(List<PushResult.Rejected> rejected) {
    int count = rejected.stream().mapToInt(PushResult.Rejected::entries).sum();
    var lines =
        rejected.stream()
            .limit(MAX_SHOWN)
            .map(PushResult.Rejected::message)
            .collect(Collectors.joining("\n"));
    var more =
        rejected.size() > MAX_SHOWN ? "\n… and %d more".formatted(rejected.size() - MAX_SHOWN) : "";
    return lines + more + "\nentries rejected: " + count + "; the others are stored";
  }
}
