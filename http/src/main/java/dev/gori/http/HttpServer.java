package dev.gori.http;

import dev.gori.kernel.disk.FullDisk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import dev.gori.kernel.life.OpenResources;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listening port. {@link #open} binds it, {@link #mount} puts routes behind it, {@link #close}
/// lets requests in flight finish. Until routes are there every call is answered with 503.
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration GRACE = Duration.ofSeconds(10);

  /// The status in logs and metrics of a call whose client did not wait for the answer.
  private static final int CLIENT_CLOSED_REQUEST = 499;

  /// What a port accepts.
  ///
  /// @param body the longest body of any route, whatever it declares
  /// @param token what guarded calls must show; null where there are none
  /// @param readsNeedToken whether calls that only read must show it too, all but those that are
  ///   always open
  /// @param names under which the server may be called, beside `localhost`, its own address and any
  ///   IP address
  public record Limits(
      Bytes body, @Nullable String token, boolean readsNeedToken, Set<String> names) {
    public static final Limits OPEN = new Limits(Bytes.mebi(64), null);

    public Limits {
      names = Set.copyOf(names);
      if (token != null && token.isBlank()) {
        throw new IllegalArgumentException(
            "token: empty (expected: a token; an empty one would let everybody in)");
      }
    }

    public Limits(Bytes body, @Nullable String token) {
      this(body, token, false, Set.of());
    }

    public static Limits guardedBy(String token) {
      return new Limits(Bytes.mebi(64), token);
    }

    /// The same, with a token for every call that is not always open.
    public Limits readsNeedToken(boolean theyDo) {
      return new Limits(body, token, theyDo, names);
    }

    /// The same, called under these names too.
    public Limits under(Set<String> moreNames) {
      return new Limits(body, token, readsNeedToken, moreNames);
    }

    /// Whether a token is the right one, compared in constant time.
    boolean accepts(String given) {
      return token != null
          && MessageDigest.isEqual(
              given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return "Limits[body=" + body + "]";
    }
  }

  /// One route of a port, as a client sees it.
  ///
  /// @param template its path, such as `/mlflow/api/2.0/mlflow/runs/search` or
  ///   `/variant/{alias}/predict`; `{name}` stands for one segment, `{+name}` for all that follow
  /// @param guarded whether it needs the token wherever there is one
  /// @param open whether it needs no token even where reads need one
  /// @param maxBody the longest body; empty when the handler reads a stream by its own limit
  public record RouteInfo(
      String method, String template, boolean guarded, boolean open, Optional<Bytes> maxBody) {}

  private final String host;
  private final Limits limits;
  private final AllowedHosts hosts;
  private final BodyBudget budget;
  private final AtomicReference<@Nullable Router> router = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Listener listener;
  private final Queries queries;
  private final OpenResources open;

  private HttpServer(
      String host, int port, Limits limits, ConnectionLimits bounds, QueryLimits queryLimits)
      throws IOException {
    this.host = host;
    this.budget = new BodyBudget(bounds.bodies());
    this.limits = limits;
    this.hosts = AllowedHosts.of(host, limits.names());
    this.listener = new Listener(host, port, bounds, HttpRouting.builder().any(this::serve));
    this.queries = new Queries(listener.port(), queryLimits);
    this.open = OpenResources.mark("port " + listener.port());
  }

  /// Binds the port; 0 takes any free one.
  ///
  /// @throws BindException when the port is taken
  public static HttpServer open(String host, int port, Limits limits) throws IOException {
    return open(host, port, limits, QueryLimits.DEFAULTS);
  }

  /// Binds the port, with limits for the calls that {@link Routes#query} names.
  ///
  /// @throws BindException when the port is taken
  public static HttpServer open(String host, int port, Limits limits, QueryLimits queries)
      throws IOException {
    return new HttpServer(host, port, limits, ConnectionLimits.DEFAULTS, queries);
  }

  static HttpServer open(String host, int port, Limits limits, ConnectionLimits bounds)
      throws IOException {
    return new HttpServer(host, port, limits, bounds, QueryLimits.DEFAULTS);
  }

  /// The port that is bound, also when 0 was asked for.
  public int port() {
    return listener.port();
  }

  /// Why the port takes no connection at present; empty when it does.
  public Optional<String> failure() {
    return listener.failure();
  }

  int connections() {
    return listener.connections();
  }

  public URI uri() {
    return URI.create(
        "http://%s:%d".formatted(host.equals("0.0.0.0") ? "127.0.0.1" : host, port()));
  }

  /// Replaces all routes by those of the mounts.
  public void mount(List<Mount> mounts) {
    router.set(new Router(mounts));
  }

  /// All routes that are mounted, in the order of their mounts; none before {@link #mount}.
  public List<RouteInfo> routes() {
    var table = router.get();
    return table == null ? List.of() : table.routes();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      queries.close();
      listener.close(GRACE);
      open.closed();
    }
  }

  private void serve(ServerRequest in, ServerResponse out) throws IOException {
    long began = System.nanoTime();
    var connection = Connection.CURRENT.get();
    connection.beginsRequest();
    try {
      serve(in, out, began);
    } finally {
      connection.endsRequest();
      if (in.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
        connection.endsAfterThisRequest(); // the library would wait for the client to close
      }
    }
  }

  private void serve(ServerRequest in, ServerResponse out, long began) throws IOException {
    var table = router.get();
    var method = in.prologue().method().text();
    if (table == null) {
      refuse(
          in,
          out,
          ErrorFormat.PLAIN.failure(Fault.BACKEND_DOWN, "starting, try again in a moment"));
      return;
    }
    switch (table.find(method, in.path().rawPath())) {
      case Router.Found.Match match -> answer(in, match, out, began);
      case Router.Found.WrongMethod(var mount, var allowed) ->
          refuse(
              in,
              out,
              mount
                  .routes()
                  .dialect()
                  .failure(
                      Fault.METHOD_NOT_ALLOWED,
                      "%s %s (expected: %s)"
                          .formatted(method, in.path().path(), String.join(" or ", allowed)))
                  .header("Allow", String.join(", ", allowed)));
      case Router.Found.Nothing(var nearest) -> {
        var dialect = nearest == null ? ErrorFormat.GORI : nearest.routes().dialect();
        refuse(
            in,
            out,
            dialect.failure(
                Fault.NOT_FOUND, "no such path: %s %s".formatted(method, in.path().path())));
      }
    }
  }

  /// Answers what no route takes; its body is not read.
  private void refuse(ServerRequest in, ServerResponse out, Response reply) throws IOException {
    var host = in.headers().first(HeaderNames.HOST);
    if (in.content().hasEntity()) {
      endConnection(out);
    }
    if (host.isPresent() && !hosts.allow(host.get())) {
      var refusal = AllowedHosts.refusal(host.get());
      send(in, out, ErrorFormat.PLAIN.failure(refusal.fault(), refusal.reason()));
      return;
    }
    send(in, out, reply);
  }

  private static void endConnection(ServerResponse out) {
    out.header(HeaderValues.CONNECTION_CLOSE);
    Connection.CURRENT.get().endsAfterThisRequest();
  }

  private void answer(ServerRequest in, Router.Found.Match match, ServerResponse out, long began)
      throws IOException {
    boolean showsToken = bearer(in).filter(limits::accepts).isPresent();
    var share = budget.share(showsToken);
    var request = new HelidonRequest(in, match, limits.body(), share, showsToken, began);
    var observer = match.mount().routes().observer();
    if (observer != null) {
      observer.began(request);
    }
    int status = 500;
    try {
      var reply = reply(in, request, match);
      status = reply.status();
      try {
        out.header(request.idLine().header());
        if (!request.settle()) {
          endConnection(out);
        }
        send(in, out, reply);
      } finally {
        reply.sent();
      }
    } finally {
      if (observer != null) {
        observer.ended(request, status, System.nanoTime() - began);
      }
    }
  }

  private Response reply(ServerRequest in, HelidonRequest request, Router.Found.Match match) {
    var dialect = match.mount().routes().dialect();
    try {
      hosts.check(request.header("Host"));
      if (match.route().guarded() || limits.readsNeedToken() && !match.route().open()) {
        checkToken(in, request);
      }
      var handler = match.route().handler();
      return match.route().isQuery()
          ? queries.answer(request, handler, request.clientPort(), request.showsToken())
          : handler.handle(request);
    } catch (CancelledException e) {
      return cancelled(request, dialect, e.why());
    } catch (FaultException e) {
      log(request, e.fault(), e);
      var failure = dialect.failure(e.fault(), e.reason());
      return e.fault() == Fault.TOO_BUSY ? failure.header("Retry-After", "1") : failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return dialect.failure(Fault.BACKEND_DOWN, "stopping");
    } catch (Exception | Error e) { // an Error too ends this request, and only this one
      if (FullDisk.isCauseOf(e)) {
        log(request, Fault.STORAGE_FULL, e);
        return dialect.failure(
            Fault.STORAGE_FULL,
            "%s; nothing of this was kept: make room on that disk and repeat it"
                .formatted(e.getMessage()));
      }
      log(request, Fault.BROKEN_INVARIANT, e);
      return dialect.failure(
          Fault.BROKEN_INVARIANT,
          "%s (request %s; the log has the details)".formatted(e, request.id()));
    }
  }

  private static Response cancelled(HelidonRequest request, ErrorFormat dialect, Cause why) {
    LOG.debug("query ended id={} path={} why={}", request.id(), request.path(), why);
    return switch (why) {
      case DEADLINE ->
          dialect.failure(Fault.TIMED_OUT, "query timed out; ask for less or give it more time");
      case CALLER_GONE -> Response.empty(CLIENT_CLOSED_REQUEST);
      case STOPPING -> dialect.failure(Fault.BACKEND_DOWN, "stopping");
    };
  }

  private void checkToken(ServerRequest in, HelidonRequest request) {
    if (limits.token() == null) {
      return;
    }
    if (bearer(in).isEmpty()) {
      throw new FaultException(
          Fault.UNAUTHENTICATED,
          "no token (expected: the header 'Authorization: Bearer TOKEN' of this" + " environment)");
    }
    if (!request.showsToken()) {
      throw new FaultException(
          Fault.FORBIDDEN,
          "this token is not this environment's (expected: 'Authorization: Bearer TOKEN'"
              + " with its own)");
    }
  }

  /// The token that `Authorization` carries; empty for another scheme or none.
  private static Optional<String> bearer(ServerRequest in) {
    return in.headers()
        .first(HeaderNames.AUTHORIZATION)
        .filter(given -> given.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(given -> given.substring(7).strip());
  }

  private static void log(HelidonRequest request, Fault fault, Throwable e) {
    var line = "request failed id={} path={} fault={}: {}";
    switch (fault.blame()) {
      case CALLER -> LOG.debug(line, request.id(), request.path(), fault, e.getMessage());
      case LOAD, OTHER_SYSTEM, OPERATOR ->
          LOG.warn(line, request.id(), request.path(), fault, e.getMessage());
      case US -> LOG.error(line, request.id(), request.path(), fault, e.getMessage(), e);
    }
  }

  /// To `HEAD` the headers alone: a body would be taken for the connection's next answer.
  private static void send(ServerRequest in, ServerResponse out, Response reply)
      throws IOException {
    out.status(reply.status());
    for (var line : reply.headers()) {
      out.header(line.header());
    }
    if (in.prologue().method().equals(Method.HEAD)) {
      if (reply.status() != 204 && reply.status() != 304) {
        out.contentLength(reply.length());
      }
      out.send();
      return;
    }
    var stream = reply.stream();
    if (stream == null) {
      out.send(reply.body());
      return;
    }
    try (var body = out.outputStream()) {
      stream.writeTo(body);
    }
  }
}
