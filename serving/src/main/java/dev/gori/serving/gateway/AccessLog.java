package dev.gori.serving.gateway;

import dev.gori.base.observe.LogText;
import dev.gori.base.run.BackgroundThreads;
import dev.gori.http.Filter;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Counts and logs every request to the gateway's routes exactly once, so that the metrics agree
/// with the access log.
///
/// Requests put their lines into a bounded queue; one thread writes the lines in batches, because
/// waking the thread for each line costs a request more than the line does. A request that finds
/// the queue full waits up to 500 ms, then drops its line and counts it. Later requests drop and
/// count their lines without waiting until the queue has room again. {@link #close} writes the
/// queued lines.
final class AccessLog implements Filter, AutoCloseable {

  private static final int QUEUE = 8_192;
  private static final long GATHER_NANOS = 5_000_000;
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

  private final GatewayMetrics metrics;
  private final Logger log;
  private final BlockingQueue<AccessLogLine> lines = new ArrayBlockingQueue<>(QUEUE);
  private final BackgroundThreads.Running writer;
  private volatile boolean dropping;

  /// The fields of a request's line, before formatting. The line that stops the writer has no
  /// handler.
  private record AccessLogLine(
      String handler, String method, int status, long nanos, @Nullable ServedBy model, String id) {
    static final AccessLogLine LAST = new AccessLogLine("", "", 0, 0, null, "");
  }

  AccessLog(GatewayMetrics metrics, Logger log, BackgroundThreads threads) {
    this.metrics = metrics;
    this.log = log;
    this.writer = threads.start("gateway-access-log", this::write);
  }

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    metrics.began();
    var response = next.handle(request);
    return response.whenSent(() -> ended(request, response.status()));
  }

  private void ended(Request request, int status) {
    long nanos = System.nanoTime() - request.began();
    metrics.ended(request.template(), request.method(), status, nanos / 1e9);
    put(
        new AccessLogLine(
            request.template(),
            request.method(),
            status,
            nanos,
            request.attribute(ModelHeaders.SERVED_BY).orElse(null),
            request.id()));
  }

  private void put(AccessLogLine line) {
    if (lines.offer(line)) {
      dropping = false;
    } else if (dropping || !waitsForRoom(line)) {
      dropping = true;
      metrics.accessLogLineDropped();
    }
  }

  private boolean waitsForRoom(AccessLogLine line) {
    try {
      return lines.offer(line, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void write() throws InterruptedException {
    var gathered = new ArrayList<AccessLogLine>();
    while (true) {
      gathered.add(lines.take());
      LockSupport.parkNanos(GATHER_NANOS);
      lines.drainTo(gathered);
      for (var line : gathered) {
        if (line.handler().isEmpty()) {
          return;
        }
        log.info(text(line));
      }
      gathered.clear();
    }
  }

  /// `request handler=/predict method=POST status=200 ms=1.3 variant=A version=7 request_id=…
  /// model=user_events`; `-` if no model answered.
  private static String text(AccessLogLine line) {
    long tenths = line.nanos() / 100_000;
    var text =
        new StringBuilder(160)
            .append("request handler=")
            .append(line.handler())
            .append(" method=")
            .append(line.method())
            .append(" status=")
            .append(line.status())
            .append(" ms=")
            .append(tenths / 10)
            .append('.')
            .append(tenths % 10);
    var model = line.model();
    if (model != null) {
      return text.append(" variant=")
          .append(model.variant())
          .append(" version=")
          .append(model.version())
          .append(" request_id=")
          .append(LogText.value(line.id()))
          .append(" model=")
          .append(LogText.value(model.model()))
          .toString();
    }
    return text.append(" variant=- version=- request_id=")
        .append(LogText.value(line.id()))
        .append(" model=-")
        .toString();
  }

  @Override
  public void close() {
    waitsForRoom(AccessLogLine.LAST);
    writer.join(LONGEST_STOP);
  }
}
