package dev.gori.machinery.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import dev.gori.kernel.life.Open;
import io.helidon.http.HeaderValues;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listening port. {@link #open} binds it, {@link #mount} puts routes behind it, {@link #close}
/// lets requests in flight finish. Until routes are there every call is answered with 503.
public final class Face implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Face.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    /// The status in logs and metrics of a call whose client did not wait for the answer.
    private static final int CLIENT_CLOSED_REQUEST = 499;

    /// What a port accepts.
    ///
    /// @param body the longest body that {@link Request#body} reads
    /// @param token what guarded calls must show; null where there are none
    public record Limits(Bytes body, @Nullable String token) {
        public static final Limits OPEN = new Limits(Bytes.mebi(64), null);

        public Limits {
            if (token != null && token.isBlank()) {
                throw new IllegalArgumentException(
                        "token: empty (expected: a token; an empty one would let everybody in)");
            }
        }

        public static Limits guardedBy(String token) {
            return new Limits(Bytes.mebi(64), token);
        }

        /// Whether a token is the right one, compared in constant time.
        boolean accepts(String given) {
            return token != null
                    && MessageDigest.isEqual(
                            given.getBytes(StandardCharsets.UTF_8),
                            token.getBytes(StandardCharsets.UTF_8));
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
            String method,
            String template,
            boolean guarded,
            boolean open,
            Optional<Bytes> maxBody) {}

    private final String host;
    private final Limits limits;
    private final AtomicReference<@Nullable Router> router = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final WebServer server;
    private final Queries queries;
    private final Open open;

    private Face(String host, int port, Limits limits, QueryLimits queryLimits) throws IOException {
        this.host = host;
        this.limits = limits;
        this.server =
                WebServer.builder()
                        .host(host)
                        .port(port)
                        .shutdownHook(false)
                        .shutdownGracePeriod(GRACE)
                        .backlog(1024)
                        .maxPayloadSize(-1)
                        .connectionOptions(
                                options ->
                                        options.tcpNoDelay(
                                                true)) // else an answer of two writes waits 40 ms
                        // for the peer
                        .contentEncoding(
                                ContentEncodingContext.builder()
                                        .addContentEncoding(new PackedBodies())
                                        .build())
                        .addProtocol(
                                Http1Config.builder()
                                        .validateResponseHeaders(false) // a HeaderLine is valid
                                        .validatePrologue(false) // brackets as in match[]=up
                                        .build())
                        .addRouting(HttpRouting.builder().any(this::serve))
                        .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            throw new BindException(
                    "port %d on %s cannot be opened: %s".formatted(port, host, cause(e)));
        }
        if (!server.isRunning()) { // the library logs a port that is taken, and returns
            throw new BindException(
                    "port %d on %s cannot be opened: address already in use".formatted(port, host));
        }
        this.queries = new Queries(server.port(), queryLimits);
        this.open = Open.mark("port " + server.port());
    }

    /// Binds the port; 0 takes any free one.
    ///
    /// @throws BindException when the port is taken
    public static Face open(String host, int port, Limits limits) throws IOException {
        return open(host, port, limits, QueryLimits.DEFAULTS);
    }

    /// Binds the port, with limits for the calls that {@link Routes#query} names.
    ///
    /// @throws BindException when the port is taken
    public static Face open(String host, int port, Limits limits, QueryLimits queries)
            throws IOException {
        return new Face(host, port, limits, queries);
    }

    /// The port that is bound, also when 0 was asked for.
    public int port() {
        return server.port();
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
            server.stop();
            open.closed();
        }
    }

    private static String cause(Throwable e) {
        var deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private void serve(ServerRequest in, ServerResponse out) throws IOException {
        long began = System.nanoTime();
        var table = router.get();
        var method = in.prologue().method().text();
        if (table == null) {
            send(
                    out,
                    Dialect.PLAIN.failure(Fault.BACKEND_DOWN, "starting, try again in a moment"),
                    method);
            return;
        }
        switch (table.find(method, in.path().rawPath())) {
            case Router.Found.Match match ->
                    answer(new HelidonRequest(in, match, limits, began), match, out, began);
            case Router.Found.WrongMethod(var mount, var allowed) ->
                    send(
                            out,
                            mount.routes()
                                    .dialect()
                                    .failure(
                                            Fault.METHOD_NOT_ALLOWED,
                                            "%s %s (expected: %s)"
                                                    .formatted(
                                                            method,
                                                            in.path().path(),
                                                            String.join(" or ", allowed)))
                                    .header("Allow", String.join(", ", allowed)),
                            method);
            case Router.Found.Nothing(var nearest) -> {
                var dialect = nearest == null ? Dialect.GORI : nearest.routes().dialect();
                send(
                        out,
                        dialect.failure(
                                Fault.NOT_FOUND,
                                "no such path: %s %s".formatted(method, in.path().path())),
                        method);
            }
        }
    }

    private void answer(
            HelidonRequest request, Router.Found.Match match, ServerResponse out, long began)
            throws IOException {
        var observer = match.mount().routes().observer();
        if (observer != null) {
            observer.began(request);
        }
        int status = 500;
        try {
            var reply = reply(request, match);
            status = reply.status();
            try {
                out.header(request.idLine().header());
                if (request.isLast()) {
                    out.header(HeaderValues.CONNECTION_CLOSE);
                }
                send(out, reply, request.method());
            } finally {
                reply.sent();
            }
        } finally {
            if (observer != null) {
                observer.ended(request, status, System.nanoTime() - began);
            }
        }
    }

    private Reply reply(HelidonRequest request, Router.Found.Match match) {
        var dialect = match.mount().routes().dialect();
        try {
            if (match.route().guarded()) {
                checkToken(request);
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
            return e.fault() == Fault.TOO_BUSY && match.route().isQuery()
                    ? failure.header("Retry-After", "1")
                    : failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return dialect.failure(Fault.BACKEND_DOWN, "stopping");
        } catch (Exception | Error e) { // an Error too ends this request, and only this one
            log(request, Fault.BROKEN_INVARIANT, e);
            return dialect.failure(
                    Fault.BROKEN_INVARIANT,
                    "%s (request %s; the log has the details)".formatted(e, request.id()));
        }
    }

    private static Reply cancelled(HelidonRequest request, Dialect dialect, Cause why) {
        LOG.debug("query ended id={} path={} why={}", request.id(), request.path(), why);
        return switch (why) {
            case DEADLINE ->
                    dialect.failure(
                            Fault.TIMED_OUT, "query timed out; ask for less or give it more time");
            case CALLER_GONE -> Reply.empty(CLIENT_CLOSED_REQUEST);
            case STOPPING -> dialect.failure(Fault.BACKEND_DOWN, "stopping");
        };
    }

    private void checkToken(HelidonRequest request) {
        if (limits.token() == null) {
            return;
        }
        if (request.bearer().isEmpty()) {
            throw new FaultException(
                    Fault.UNAUTHENTICATED,
                    "no token (expected: the header 'Authorization: Bearer TOKEN' of this environment)");
        }
        if (!limits.accepts(request.bearer().orElse(""))) {
            throw new FaultException(
                    Fault.FORBIDDEN,
                    "this token is not this environment's (expected: 'Authorization: Bearer TOKEN' with its own)");
        }
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

    private static void send(ServerResponse out, Reply reply, String method) throws IOException {
        out.status(reply.status());
        for (var line : reply.headers()) {
            out.header(line.header());
        }
        var stream = reply.stream();
        if (stream == null || method.equals("HEAD")) {
            if (reply.body().length == 0) {
                out.send();
            } else {
                out.send(reply.body());
            }
            return;
        }
        try (var body = out.outputStream()) {
            stream.writeTo(body);
        }
    }
}
