package dev.gori.http;

import dev.gori.kernel.disk.FullDisk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns what a handler throws into a response in the role's format, and logs it. The only place
/// that does.
record ErrorFilter(ErrorFormat format) implements Filter {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorFilter.class);

  /// The status, in logs and metrics, of a request whose client did not wait for the response.
  private static final int CLIENT_CLOSED_REQUEST = 499;

  @Override
  public Response filter(Request request, Handler next) {
    try {
      return next.handle(request);
    } catch (CancelledException e) {
      return cancelled(request, e.why());
    } catch (FaultException e) {
      log(request, e.fault(), e);
      var failure = format.failure(e.fault(), e.reason());
      return e.fault() == Fault.TOO_BUSY ? failure.header("Retry-After", "1") : failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return format.failure(Fault.BACKEND_DOWN, "stopping");
    } catch (Exception | Error e) { // an Error too ends this request, and only this one
      if (FullDisk.isCauseOf(e)) {
        log(request, Fault.STORAGE_FULL, e);
        return format.failure(
            Fault.STORAGE_FULL,
            "%s; nothing of this was kept: make room on that disk and repeat it"
                .formatted(e.getMessage()));
      }
      log(request, Fault.BROKEN_INVARIANT, e);
      return format.failure(
          Fault.BROKEN_INVARIANT,
          "%s (request %s; the log has the details)".formatted(e, request.id()));
    }
  }

  private Response cancelled(Request request, Cause why) {
    LOG.debug("query ended id={} path={} why={}", request.id(), request.path(), why);
    return switch (why) {
      case DEADLINE ->
          format.failure(Fault.TIMED_OUT, "query timed out; ask for less or give it more time");
      case CALLER_GONE -> Response.empty(CLIENT_CLOSED_REQUEST);
      case STOPPING -> format.failure(Fault.BACKEND_DOWN, "stopping");
    };
  }

  /// Who is overloaded sees it in its metrics; a line for each rejected request would add to the
  /// load.
  private static void log(Request request, Fault fault, Throwable e) {
    var line = "request failed id={} path={} fault={}: {}";
    switch (fault.blame()) {
      case CALLER, LOAD -> LOG.debug(line, request.id(), request.path(), fault, e.getMessage());
      case OTHER_SYSTEM, OPERATOR ->
          LOG.warn(line, request.id(), request.path(), fault, e.getMessage());
      case US -> LOG.error(line, request.id(), request.path(), fault, e.getMessage(), e);
    }
  }
}
