package dev.gori.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells which clients have closed their connection while the server still works for them. The HTTP
/// library reads nothing from a connection until its answer is sent, and so does not notice.
///
/// Asks the kernel's table of TCP connections: one that a client has closed is not `ESTABLISHED`.
/// The connection itself is not touched, so that what a client sends ahead stays where it is. Where
/// there is no such table (it is Linux's) no client is ever said to have gone.
final class ClientDisconnects {

  private static final Logger LOG = LoggerFactory.getLogger(ClientDisconnects.class);
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String ESTABLISHED = "01";

  /// How old the table may be: many queries that look at the same time read it once.
  private static final long FRESH = 50_000_000;

  private record Snapshot(long nanos, boolean isThere, Set<Long> established) {}

  private final int port;
  private Snapshot last = new Snapshot(System.nanoTime() - FRESH, false, Set.of());

  /// @param port of the server
  ClientDisconnects(int port) {
    this.port = port;
  }

  /// Whether the client at this port has closed its connection.
  boolean isClosed(int clientPort) {
    var now = snapshot();
    return now.isThere() && !now.established().contains((long) clientPort);
  }

  private synchronized Snapshot snapshot() {
    long now = System.nanoTime();
    if (now - last.nanos() >= FRESH) {
      last = read(now);
    }
    return last;
  }

  private Snapshot read(long now) {
    var established = new HashSet<Long>();
    boolean isThere = false;
    for (var table : TABLES) {
      if (Files.isReadable(table)) {
        try (var lines = Files.lines(table)) {
          lines.skip(1).forEach(line -> add(line.strip().split("\\s+"), established));
          isThere = true;
        } catch (IOException | RuntimeException e) {
          LOG.debug("{} cannot be read: {}", table, e.toString());
          return new Snapshot(now, false, Set.of());
        }
      }
    }
    return new Snapshot(now, isThere, established);
  }

  /// A line is `number local:port remote:port state …`, ports and state in hexadecimal.
  private void add(String[] fields, Set<Long> established) {
    if (fields[3].equals(ESTABLISHED) && port(fields[1]) == port) {
      established.add(port(fields[2]));
    }
  }

  private static long port(String address) {
    return Long.parseLong(address.substring(address.lastIndexOf(':') + 1), 16);
  }
}
