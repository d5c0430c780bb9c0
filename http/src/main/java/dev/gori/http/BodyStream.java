package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// The body of a request as it arrives. It turns what the HTTP library throws into faults of the
/// caller, and remembers when the last byte came.
final class BodyStream extends InputStream {

  /// One read from the library's stream.
  @FunctionalInterface
  private interface Read {
    int bytes() throws IOException;
  }

  private final InputStream in;
  private final Connection connection;
  private long count;
  private long last;
  private boolean broken;

  /// @param began when the request's head had arrived, by `System.nanoTime()`
  BodyStream(InputStream in, Connection connection, long began) {
    this.in = in;
    this.connection = connection;
    this.last = began;
  }

  /// When the last byte was read, by `System.nanoTime()`.
  long last() {
    return last;
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    connection.seen();
    int read = reading(() -> in.read(into, offset, length));
    if (read > 0) {
      count += read;
      last = System.nanoTime();
    }
    return read;
  }

  /// How many bytes were read.
  long count() {
    return count;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  /// Reads nothing: what is left of a body belongs to the connection.
  @Override
  public void close() {}

  /// Whether the body ended in a fault, so that what follows on the connection means nothing.
  boolean isBroken() {
    return broken;
  }

  private int reading(Read read) {
    try {
      broken = true;
      int bytes = read.bytes();
      broken = false;
      return bytes;
    } catch (InsufficientDataAvailableException e) {
      throw gone("the connection was closed", e);
    } catch (ServerConnectionException | UncheckedIOException | IOException e) {
      throw gone(reason(e), e);
    } catch (FaultException e) {
      throw e;
    } catch (RuntimeException e) { // what its parser of chunks throws has no type of its own
      throw new FaultException(
          Fault.BAD_REQUEST,
          "body: malformed chunk after %d bytes: %s (expected: chunks as in RFC 9112, section 7.1)"
              .formatted(count, e.getMessage()),
          e);
    }
  }

  private FaultException gone(String why, Exception e) {
    return new FaultException(
        Fault.CLIENT_GONE,
        "body: %s after %d bytes (expected: the whole body)".formatted(why, count),
        e);
  }

  private static String reason(Throwable e) {
    var deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }
}
