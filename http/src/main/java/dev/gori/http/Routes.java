package dev.gori.http;

import dev.gori.kernel.id.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The routes of one role, with one format of error responses.
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
  /// @param codings the content codings in which it accepts a body
  /// @param isQuery runs on one of the port's few threads for queries
  record Route(
      String method,
      String template,
      Handler handler,
      boolean guarded,
      Optional<Bytes> maxBody,
      Set<ContentCoding> codings,
      boolean open,
      boolean isQuery) {

    private static Route of(String method, String template, Handler handler, boolean guarded) {
      return new Route(
          method, template, handler, guarded, Optional.of(SMALL_BODY), CODINGS, false, false);
    }

    private Route withBody(Optional<Bytes> newMaxBody) {
      return new Route(method, template, handler, guarded, newMaxBody, codings, open, isQuery);
    }

    private Route withCodings(Set<ContentCoding> newCodings) {
      return new Route(method, template, handler, guarded, maxBody, newCodings, open, isQuery);
    }

    private Route alwaysOpen() {
      return new Route(method, template, handler, guarded, maxBody, codings, true, isQuery);
    }

    private Route asQuery() {
      return new Route(method, template, handler, guarded, maxBody, codings, open, true);
    }
  }

  private static final Set<ContentCoding> CODINGS = Set.of(ContentCoding.GZIP, ContentCoding.ZSTD);

  private final ErrorFormat errorFormat;
  private final List<Route> routes = new ArrayList<>();
  private final List<Filter> filters = new ArrayList<>();

  public Routes(ErrorFormat errorFormat) {
    this.errorFormat = errorFormat;
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

  /// The content codings in which the route that was added last accepts a body, in place of gzip
  /// and zstd.
  public Routes accepts(ContentCoding... codings) {
    return last(route -> route.withCodings(Set.of(codings)));
  }

  /// The route that was added last reads its body as a stream and keeps to a limit of its own. It
  /// accepts no content coding: what is sent is what is stored.
  public Routes streams() {
    return last(route -> route.withBody(Optional.empty()).withCodings(Set.of()));
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

  /// Adds, for each path so far, a route that answers `OPTIONS`.
  public Routes withOptions(Handler handler) {
    routes.stream()
        .map(Route::template)
        .distinct()
        .toList()
        .forEach(template -> route("OPTIONS", template, handler, false));
    return this;
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

  /// Puts a filter around all routes, within those that were added before.
  public Routes filter(Filter filter) {
    filters.add(filter);
    return this;
  }

  /// The same routes with one filter more, which runs within the others.
  Routes with(Filter filter) {
    var copy = new Routes(errorFormat);
    copy.routes.addAll(routes);
    copy.filters.addAll(filters);
    return copy.filter(filter);
  }

  private Routes route(String method, String template, Handler handler, boolean guarded) {
    routes.add(Route.of(method, template, handler, guarded));
    return this;
  }

  ErrorFormat errorFormat() {
    return errorFormat;
  }

  List<Route> all() {
    return routes;
  }

  /// The outermost first.
  List<Filter> filters() {
    return filters;
  }
}
