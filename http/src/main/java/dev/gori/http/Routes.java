package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The routes of one role, in one protocol's dialect.
///
/// A template's part in braces stands for one segment of the path (`/variant/{alias}/reload`);
/// `{+name}` at the end for all that follow. A fixed segment is preferred to one in braces.
///
/// A route takes a body of at most {@link #SMALL_BODY} unless it says more with {@link #takes}.
public final class Routes {

  /// The longest body of a route that says nothing else: enough for a query or a command.
  public static final Bytes SMALL_BODY = Bytes.kibi(64);

  /// @param maxBody empty for a body that its handler reads as a stream, by a limit of its own
  /// @param open needs no token, even where reads need one
  /// @param isQuery runs on one of the port's few threads for queries
  record Route(
      String method,
      String template,
      Handler handler,
      boolean guarded,
      Optional<Bytes> maxBody,
      boolean open,
      boolean isQuery) {

    private static Route of(String method, String template, Handler handler, boolean guarded) {
      return new Route(method, template, handler, guarded, Optional.of(SMALL_BODY), false, false);
    }

    private Route with(Handler newHandler) {
      return new Route(method, template, newHandler, guarded, maxBody, open, isQuery);
    }

    private Route withBody(Optional<Bytes> newMaxBody) {
      return new Route(method, template, handler, guarded, newMaxBody, open, isQuery);
    }

    private Route alwaysOpen() {
      return new Route(method, template, handler, guarded, maxBody, true, isQuery);
    }

    private Route asQuery() {
      return new Route(method, template, handler, guarded, maxBody, open, true);
    }
  }

  private final ErrorFormat dialect;
  private final List<Route> routes = new ArrayList<>();
  private @Nullable RequestObserver observer;

  public Routes(ErrorFormat dialect) {
    this.dialect = dialect;
  }

  public Routes get(String template, Handler handler) {
    return route("GET", template, handler, false);
  }

  public Routes post(String template, Handler handler) {
    return route("POST", template, handler, false);
  }

  public Routes put(String template, Handler handler) {
    return route("PUT", template, handler, false);
  }

  public Routes patch(String template, Handler handler) {
    return route("PATCH", template, handler, false);
  }

  public Routes delete(String template, Handler handler) {
    return route("DELETE", template, handler, false);
  }

  /// The longest body of the route that was added last.
  public Routes takes(Bytes maxBody) {
    return last(route -> route.withBody(Optional.of(maxBody)));
  }

  /// The route that was added last reads its body as a stream and keeps to a limit of its own.
  public Routes streams() {
    return last(route -> route.withBody(Optional.empty()));
  }

  /// The route that was added last needs no token, even where reads need one: a probe, or a call
  /// that carries a key of its own.
  public Routes alwaysOpen() {
    return last(Route::alwaysOpen);
  }

  private Routes last(UnaryOperator<Route> change) {
    routes.add(change.apply(routes.removeLast()));
    return this;
  }

  /// The same routes, and for each path one that answers `OPTIONS`.
  public Routes withOptions(Handler handler) {
    var copy = each(UnaryOperator.identity());
    routes.stream()
        .map(Route::template)
        .distinct()
        .forEach(template -> copy.route("OPTIONS", template, handler, false));
    return copy;
  }

  /// A call that changes something: it needs `Authorization: Bearer` with the environment's token.
  public Routes guarded(String method, String template, Handler handler) {
    return route(method, template, handler, true);
  }

  /// A call whose cost depends on what is asked and on how much is stored. Its handler runs on one
  /// of the port's few threads for queries ({@link QueryLimits}), and has to call {@link
  /// dev.gori.kernel.life.Cancellation#check} while it works.
  public Routes query(String method, String template, Handler handler) {
    return route(method, template, handler, false).last(Route::asQuery);
  }

  /// The same routes, of which each answers 503 while the condition holds.
  public Routes unless(BooleanSupplier condition, String why) {
    return each(
        handler ->
            request -> {
              if (condition.getAsBoolean()) {
                throw new FaultException(Fault.BACKEND_DOWN, why);
              }
              return handler.handle(request);
            });
  }

  /// The same routes, each with what is put around its handler.
  public Routes each(UnaryOperator<Handler> around) {
    var copy = new Routes(dialect);
    copy.observer = observer;
    routes.forEach(route -> copy.routes.add(route.with(around.apply(route.handler()))));
    return copy;
  }

  public Routes observedBy(RequestObserver newObserver) {
    this.observer = newObserver;
    return this;
  }

  private Routes route(String method, String template, Handler handler, boolean guarded) {
    routes.add(Route.of(method, template, handler, guarded));
    return this;
  }

  ErrorFormat dialect() {
    return dialect;
  }

  List<Route> all() {
    return routes;
  }

  @Nullable RequestObserver observer() {
    return observer;
  }
}
