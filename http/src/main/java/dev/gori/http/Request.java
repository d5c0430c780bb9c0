package dev.gori.http;

import dev.gori.base.json.Json;
import dev.gori.kernel.id.Bytes;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One request, as a handler sees it.
public interface Request {

  String method();

  /// The path with percent-encoding resolved.
  String path();

  /// A part of the path that the route's template names.
  ///
  /// @throws IllegalArgumentException when the template has no such name
  String param(String name);

  Optional<String> query(String name);

  List<String> queries(String name);

  Optional<String> header(String name);

  /// The whole body, decoded when `Content-Encoding` says that it is encoded.
  ///
  /// @throws dev.gori.kernel.fault.FaultException TOO_LARGE when it is longer than the server's
  ///   limit, encoded or decoded; BAD_REQUEST when it is not in the coding that `Content-Encoding`
  ///   says; TOO_BUSY when the server holds too many bytes of bodies; CLIENT_GONE when the
  ///   connection ends before the body does, BAD_REQUEST when a chunk is malformed, REQUEST_TIMEOUT
  ///   when it does not arrive in time
  byte[] body();

  /// The whole body, by a limit of the handler's own, which does not lift the server's.
  ///
  /// @param advice what to do about a longer body, such as `send the rows in parts`; may be empty
  /// @throws dev.gori.kernel.fault.FaultException TOO_LARGE
  byte[] body(Bytes limit, String advice);

  /// The whole body of a protocol that always encodes it, whether `Content-Encoding` says so or
  /// not.
  ///
  /// @throws dev.gori.kernel.fault.FaultException as {@link #body()} does
  byte[] body(ContentCoding coding);

  /// The whole body as JSON, of a bounded depth and number of elements.
  ///
  /// @throws dev.gori.kernel.fault.FaultException as {@link #body} and {@link Json#parseBounded} do
  default JsonNode json() {
    return Json.parseBounded(body());
  }

  /// The body as it arrives, encoded as it is and unlimited: for a handler that keeps to a limit of
  /// its own. Reading fails as {@link #body} does.
  InputStream bodyStream();

  /// When the last byte that was read of this request arrived: of its body, or of its head while no
  /// body has been read. What a client needed to send its request lies before it.
  ///
  /// @return nanoseconds by `System.nanoTime()`
  long received();

  /// The parameters of an urlencoded body and those of the query together, the body's first.
  Map<String, List<String>> form();

  /// What `X-Request-Id` said, or an id made for this request.
  String id();

  /// Whether the caller shows the token that guarded calls need, also where the call needs none.
  /// Where there is no token, nobody shows it.
  default boolean showsToken() {
    return false;
  }

  /// The template of the route that was found, such as `/variant/{alias}/predict`.
  String template();

  /// When the head of the request had arrived.
  ///
  /// @return nanoseconds by `System.nanoTime()`
  long began();

  /// The port at the client's end of the connection.
  int clientPort();

  /// Attaches a value for the filters around the handler, in place of one that is there.
  <T> void attach(Attribute<T> attribute, T value);

  /// The value of an attribute; empty when no handler attached one.
  <T> Optional<T> attribute(Attribute<T> attribute);
}
