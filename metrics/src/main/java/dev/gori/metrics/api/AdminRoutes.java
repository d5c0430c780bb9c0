package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.PromQl;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// `admin/tsdb/…`: deletion and snapshots. Requires the environment's token and the setting
/// `admin_api`.
final class AdminRoutes {

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

  private final SampleStore store;
  private final PromQl promql;
  private final boolean enabled;
  private final Time time;

  AdminRoutes(SampleStore store, PromQl promql, boolean enabled, Time time) {
    this.store = store;
    this.promql = promql;
    this.enabled = enabled;
    this.time = time;
  }

  void mount(Routes routes) {
    add(routes, "delete_series", this::delete);
    add(routes, "clean_tombstones", this::clean);
    add(routes, "snapshot", this::snapshot);
  }

  /// A disabled API says so without authentication.
  private void add(Routes routes, String call, Handler handler) {
    for (var method : List.of("POST", "PUT")) {
      var path = "/api/v1/admin/tsdb/" + call;
      if (enabled) {
        routes.guarded(method, path, handler);
      } else if (method.equals("POST")) {
        routes.post(path, AdminRoutes::disabled);
      } else {
        routes.put(path, AdminRoutes::disabled);
      }
    }
  }

  private static Response disabled(Request request) {
    return ApiResponse.failure(500, "unavailable", "admin APIs disabled");
  }

  private Response delete(Request request) {
    var parameters = new Parameters(request);
    var selectors = parameters.selectors(promql);
    if (selectors.isEmpty()) {
      throw new FaultException(Fault.BAD_REQUEST, "no match[] parameter provided");
    }
    var from = parameters.time("start", Parameters.MIN_TIME);
    var to = parameters.time("end", Parameters.MAX_TIME);
    store.delete(selectors, from.toEpochMilli(), to.toEpochMilli());
    return Response.empty(204);
  }

  private Response clean(Request request) throws IOException {
    store.cleanTombstones();
    return Response.empty(204);
  }

  private Response snapshot(Request request) throws IOException {
    var skip = new Parameters(request).truth("skip_head", "unable to parse boolean: ");
    var name =
        "%s-%016x"
            .formatted(
                NAME.format(time.now().atOffset(ZoneOffset.UTC)),
                ThreadLocalRandom.current().nextLong());
    store.snapshot(name, skip);
    return ApiResponse.data(Json.object("name", name));
  }
}
