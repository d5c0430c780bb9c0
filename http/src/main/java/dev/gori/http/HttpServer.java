package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.id.Bytes;
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

/// The HTTP server of one port. {@link #open} binds the port, {@link #mount} sets its routes,
/// {@link #close} lets requests in flight finish. Before {@link #mount} every request gets 503.
public final class HttpServer implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(10);

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
    public Limits withNames(Set<String> moreNames) {
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
  private final QueryFilter queries;
  private final OpenResources open;

  private HttpServer(
      String host, int port, Limits limits, ConnectionLimits bounds, QueryLimits queryLimits)
      throws IOException {
    this.host = host;
    this.budget = new BodyBudget(bounds.bodies());
    this.limits = limits;
    this.hosts = AllowedHosts.of(host, limits.names());
    this.listener = new Listener(host, port, bounds, HttpRouting.builder().any(this::serve));
    this.queries = new QueryFilter(listener.port(), queryLimits);
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
    router.set(new Router(mounts, this::chain));
  }

  /// The filters of every request, from the outside: errors, those of the role, access, content
  /// codings, the threads for queries, compression. Whatever throws, the filter before it gets a
  /// response.
  private Handler chain(Routes routes, Routes.Route route) {
    var format = routes.errorFormat();
    var handler = around(route.handler(), new CompressionFilter());
    if (route.isQuery()) {
      handler = around(handler, queries);
    }
    handler = around(handler, new ContentCodingFilter(route.codings(), format));
    boolean needsToken = route.guarded() || limits.readsNeedToken() && !route.open();
    handler = around(handler, new AccessFilter(hosts, limits, needsToken));
    var errors = new ErrorFilter(format);
    handler = around(handler, errors);
    for (var filter : routes.filters().reversed()) {
      handler = around(around(handler, filter), errors);
    }
    return handler;
  }

  private static Handler around(Handler handler, Filter filter) {
    return request -> filter.filter(request, handler);
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

  private void serve(ServerRequest in, ServerResponse out) throws Exception {
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

  private void serve(ServerRequest in, ServerResponse out, long began) throws Exception {
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
                  .errorFormat()
                  .failure(
                      Fault.METHOD_NOT_ALLOWED,
                      "%s %s (expected: %s)"
                          .formatted(method, in.path().path(), String.join(" or ", allowed)))
                  .header("Allow", String.join(", ", allowed)));
      case Router.Found.Nothing(var nearest) -> {
        var format = nearest == null ? ErrorFormat.GORI : nearest.routes().errorFormat();
        refuse(
            in,
            out,
            format.failure(
                Fault.NOT_FOUND, "no such path: %s %s".formatted(method, in.path().path())));
      }
    }
  }

  /// Answers what no route takes; its body is not read.
  private void refuse(ServerRequest in, ServerResponse out, Response response) throws IOException {
    var host = in.headers().first(HeaderNames.HOST);
    if (in.content().hasEntity()) {
      endConnection(out);
    }
    if (host.isPresent() && !hosts.allow(host.get())) {
      var refusal = AllowedHosts.refusal(host.get());
      send(in, out, ErrorFormat.PLAIN.failure(refusal.fault(), refusal.reason()));
      return;
    }
    send(in, out, response);
  }

  private static void endConnection(ServerResponse out) {
    out.header(HeaderValues.CONNECTION_CLOSE);
    Connection.CURRENT.get().endsAfterThisRequest();
  }

  private void answer(ServerRequest in, Router.Found.Match match, ServerResponse out, long began)
      throws Exception {
    boolean showsToken =
        HelidonRequest.bearer(in.headers().first(HeaderNames.AUTHORIZATION))
            .filter(limits::accepts)
            .isPresent();
    var share = budget.share(showsToken);
    var request = new HelidonRequest(in, match, limits.body(), share, showsToken, began);
    var response = match.chain().handle(request);
    try {
      out.header(request.idLine().header());
      if (!request.drainBody()) {
        endConnection(out);
      }
      send(in, out, response);
    } finally {
      response.sent();
    }
  }

  /// To `HEAD` the headers alone: a body would be taken for the connection's next answer.
  private static void send(ServerRequest in, ServerResponse out, Response response)
      throws IOException {
    out.status(response.status());
    for (var line : response.headers()) {
      out.header(line.header());
    }
    if (in.prologue().method().equals(Method.HEAD)) {
      if (response.status() != 204 && response.status() != 304) {
        out.contentLength(response.length());
      }
      out.send();
      return;
    }
    var stream = response.stream();
    if (stream == null) {
      out.send(response.body());
      return;
    }
    try (var body = out.outputStream()) {
      stream.writeTo(body);
    }
  }
}
