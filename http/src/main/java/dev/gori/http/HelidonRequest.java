package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A request of the HTTP library behind our own interface.
final class HelidonRequest implements Request {

  private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
  private static final int LONGEST_ID = 128;
  private static final HexFormat HEX = HexFormat.of();

  private final ServerRequest in;
  private final Router.Found.Match match;
  private final Bytes ceiling;
  private final Connection connection;
  private final BodyBudget.Share share;
  private final boolean showsToken;
  private final long began;
  private @Nullable BodyStream stream;
  private byte @Nullable [] body;
  private @Nullable String id;
  private Map<Attribute<?>, Object> attributes = Map.of();

  /// @param began when the head had arrived, by `System.nanoTime()`
  HelidonRequest(
      ServerRequest in,
      Router.Found.Match match,
      Bytes ceiling,
      BodyBudget.Share share,
      boolean showsToken,
      long began) {
    this.in = in;
    this.match = match;
    this.ceiling = ceiling;
    this.share = share;
    this.showsToken = showsToken;
    this.connection = Connection.CURRENT.get();
    this.began = began;
  }

  @Override
  public String method() {
    return in.prologue().method().text();
  }

  @Override
  public String path() {
    return in.path().path();
  }

  @Override
  public String template() {
    return match.route().template();
  }

  @Override
  public String param(String name) {
    var value = match.params().get(name);
    if (value == null) {
      throw new IllegalArgumentException("template '%s' has no '{%s}'".formatted(template(), name));
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return in.query().contains(name) ? Optional.of(in.query().get(name)) : Optional.empty();
  }

  @Override
  public List<String> queries(String name) {
    return in.query().contains(name) ? in.query().all(name) : List.of();
  }

  @Override
  public Optional<String> header(String name) {
    return in.headers().first(HeaderNames.create(name));
  }

  @Override
  public byte[] body() {
    return body(ceiling, "");
  }

  @Override
  public byte[] body(Bytes limit, String advice) {
    if (body == null) {
      var most = limit(limit, advice);
      var received = read(most);
      body = coding().map(coding -> coding.decode(received, most)).orElse(received);
    }
    return body;
  }

  @Override
  public byte[] body(ContentCoding coding) {
    var named = coding();
    if (named.isPresent() && named.get() != coding) {
      throw new FaultException(
          Fault.UNSUPPORTED_MEDIA_TYPE,
          "Content-Encoding: %s (expected: %s)".formatted(named.get(), coding));
    }
    return named.isPresent() ? body() : coding.decode(body(), limit(ceiling, ""));
  }

  /// What `Content-Encoding` names, if there is a body; {@link ContentCodingFilter} has rejected
  /// what is unknown.
  private Optional<ContentCoding> coding() {
    return in.content().hasEntity()
        ? header("Content-Encoding").flatMap(ContentCoding::of)
        : Optional.empty();
  }

  /// The smallest of the handler's own limit, the route's and the server's.
  private BodyLimit limit(Bytes own, String advice) {
    long most = Math.min(own.count(), ceiling.count());
    most = Math.min(most, match.route().maxBody().map(Bytes::count).orElse(most));
    return new BodyLimit(most, advice, share::take);
  }

  /// The body as it was sent.
  private byte[] read(BodyLimit limit) {
    long declared = in.headers().contentLength().orElse(-1);
    if (declared > limit.most()) {
      throw limit.exceeded(declared + " bytes");
    }
    connection.holds(limit.most(), share);
    try (var body = bodyStream()) {
      var bytes = body.readNBytes((int) (declared >= 0 ? declared : limit.most() + 1));
      if (bytes.length > limit.most()) {
        throw limit.exceeded("more than " + limit.most() + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream bodyStream() {
    if (!in.content().hasEntity()) {
      return InputStream.nullInputStream();
    }
    var arriving = new BodyStream(in.content().inputStream(), connection, began);
    stream = arriving;
    return arriving;
  }

  /// Makes room for a further request on the connection: reads what is left of a short body.
  ///
  /// @return whether another request can follow
  boolean drainBody() {
    if (!in.content().hasEntity() || in.content().consumed()) {
      return true;
    }
    if (stream == null && in.headers().containsToken(HeaderValues.EXPECT_100)) {
      return false; // the client waits to be asked for its body
    }
    var rest = stream == null ? bodyStream() : stream;
    long read = stream == null ? 0 : stream.count();
    long left = in.headers().contentLength().orElse(Long.MAX_VALUE) - read;
    if (left > Routes.SMALL_BODY.count() || stream != null && stream.isBroken()) {
      return false;
    }
    try {
      if (rest.read() >= 0) { // seldom: transferTo allocates a buffer of 16 KiB
        rest.transferTo(OutputStream.nullOutputStream());
      }
      return true;
    } catch (FaultException | IOException _) {
      return false;
    }
  }

  @Override
  public long received() {
    return stream == null ? began : stream.last();
  }

  @Override
  public Map<String, List<String>> form() {
    var all = new LinkedHashMap<String, List<String>>();
    if (header("Content-Type").orElse("").startsWith("application/x-www-form-urlencoded")) {
      var text = new String(body(), StandardCharsets.UTF_8);
      for (var pair : text.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          var name = equals < 0 ? pair : pair.substring(0, equals);
          var value = equals < 0 ? "" : pair.substring(equals + 1);
          all.computeIfAbsent(unescaped(name), _ -> new ArrayList<>()).add(unescaped(value));
        }
      }
    }
    in.query()
        .names()
        .forEach(
            name -> all.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(in.query().all(name)));
    return all;
  }

  private static String unescaped(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "form value '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  @Override
  public long began() {
    return began;
  }

  @Override
  public int clientPort() {
    return in.remotePeer().port();
  }

  @Override
  public String id() {
    if (id == null) {
      id =
          in.headers()
              .first(REQUEST_ID)
              .filter(HelidonRequest::isPlain)
              .orElseGet(HelidonRequest::newId);
    }
    return id;
  }

  private static boolean isPlain(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST_ID
        && id.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static String newId() {
    var random = ThreadLocalRandom.current();
    return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
  }

  @Override
  public boolean showsToken() {
    return showsToken;
  }

  /// The token that `Authorization` carries; empty for another scheme or none.
  static Optional<String> bearer(Optional<String> authorization) {
    return authorization
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).strip());
  }

  /// The id as the response carries it.
  HeaderLine idLine() {
    return HeaderLine.of(REQUEST_ID, id());
  }

  @Override
  public <T> void attach(Attribute<T> attribute, T value) {
    if (attributes.isEmpty()) {
      attributes = new HashMap<>(4);
    }
    attributes.put(attribute, value);
  }

  @Override
  public <T> Optional<T> attribute(Attribute<T> attribute) {
    return Optional.ofNullable(attributes.get(attribute)).map(attribute::cast);
  }
}
