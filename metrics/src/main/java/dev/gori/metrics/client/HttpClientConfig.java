package dev.gori.metrics.client;

import dev.gori.base.conf.Section;
import dev.gori.kernel.disk.SmallFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// How to call a server over HTTP.
///
/// @param headers sent with every request
public record HttpClientConfig(
    Credentials credentials, Connection connection, List<Header> headers) {

  public HttpClientConfig {
    headers = List.copyOf(headers);
  }

  /// Reads the HTTP client keys of a section; other keys belong to the caller. File names stay
  /// relative until {@link #resolve}.
  public static HttpClientConfig read(Section section) {
    return new HttpClientConfigReader(section).read();
  }

  /// Reads a map of header names to values.
  public static List<Header> headers(Section section, String key) {
    return new HttpClientConfigReader(section).plainHeaders(key);
  }

  /// Parses the URL of a server.
  ///
  /// @throws IllegalArgumentException if it is not HTTP, or has no host
  public static URI httpUrl(String text) {
    var url = URI.create(text);
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(text);
    }
    return url;
  }

  /// The same with file names resolved against a folder.
  public HttpClientConfig resolve(Path folder) {
    UnaryOperator<Secret> at = secret -> secret.under(folder);
    return new HttpClientConfig(
        credentials.with(at),
        connection.with(at),
        headers.stream().map(header -> header.with(at)).toList());
  }

  /// The same with additional headers.
  public HttpClientConfig withHeaders(List<Header> more) {
    return new HttpClientConfig(
        credentials, connection, Stream.concat(headers.stream(), more.stream()).toList());
  }

  /// Whether there are no additional headers.
  public boolean isPlain() {
    return headers.isEmpty() && credentials instanceof Credentials.None;
  }

  /// The part that identifies a shareable client.
  public record Connection(Tls tls, ProxyConfig proxy, boolean followRedirects) {
    private Connection with(UnaryOperator<Secret> change) {
      return new Connection(tls.with(change), proxy, followRedirects);
    }
  }

  /// A secret in the configuration, or in a file that is read for each request, so that it can be
  /// rotated.
  public record Secret(Optional<String> text, Optional<Path> file) {
    private static final int MAX_BYTES = 64 << 10;

    static final Secret NONE = new Secret(Optional.empty(), Optional.empty());

    static Secret of(String text) {
      return new Secret(Optional.of(text), Optional.empty());
    }

    boolean isSet() {
      return text.isPresent() || file.isPresent();
    }

    String read() throws IOException {
      if (file.isEmpty()) {
        return text.orElse("");
      }
      var read = SmallFile.text(file.get(), MAX_BYTES);
      if (read.isBlank()) {
        throw new IOException("%s: empty (expected: a secret)".formatted(file.get()));
      }
      return read;
    }

    private Secret under(Path folder) {
      return new Secret(text, file.map(folder::resolve));
    }

    @Override
    public String toString() {
      return file.map(Path::toString).orElse(text.isPresent() ? "<secret>" : "none");
    }
  }

  /// The value of `Authorization`.
  public sealed interface Credentials {

    private Credentials with(UnaryOperator<Secret> change) {
      return switch (this) {
        case None none -> none;
        case Basic(var user, var password) -> new Basic(change.apply(user), change.apply(password));
        case Token(var type, var secret) -> new Token(type, change.apply(secret));
        case OAuth2 o ->
            new OAuth2(
                o.id,
                change.apply(o.secret),
                o.scopes,
                o.address,
                o.parameters,
                o.connection.with(change));
      };
    }

    record None() implements Credentials {}

    record Basic(Secret user, Secret password) implements Credentials {}

    /// @param type such as `Bearer`
    record Token(String type, Secret secret) implements Credentials {}

    /// The OAuth 2.0 client-credentials grant.
    ///
    /// @param address token URL
    /// @param parameters additional form parameters
    record OAuth2(
        String id,
        Secret secret,
        List<String> scopes,
        URI address,
        Map<String, String> parameters,
        Connection connection)
        implements Credentials {}
  }

  /// @param values each is sent as a separate header
  public record Header(String name, List<Secret> values) {
    List<String> read() throws IOException {
      var read = new ArrayList<String>();
      for (var value : values) {
        read.add(value.read().strip());
      }
      return read;
    }

    private Header with(UnaryOperator<Secret> change) {
      return new Header(name, values.stream().map(change).toList());
    }
  }

  /// @param ca trusted certificates; the Java platform's if not set
  /// @param serverName name to verify the certificate against, in place of the URL's host
  /// @param versions allowed TLS versions; the platform's if empty
  public record Tls(
      Secret ca,
      Secret cert,
      Secret key,
      Optional<String> serverName,
      boolean skipVerify,
      List<String> versions) {
    static final Tls PLATFORM =
        new Tls(Secret.NONE, Secret.NONE, Secret.NONE, Optional.empty(), false, List.of());

    List<Path> files() {
      return Stream.of(ca, cert, key).flatMap(one -> one.file().stream()).toList();
    }

    private Tls with(UnaryOperator<Secret> change) {
      return new Tls(
          change.apply(ca),
          change.apply(cert),
          change.apply(key),
          serverName,
          skipVerify,
          versions);
    }
  }
}
