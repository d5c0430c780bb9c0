package dev.gori.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.gori.kernel.id.Bytes;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Limits of one port's connections.
///
/// @param connections that are open at a time
/// @param bodies that are held in memory at a time, in bytes
/// @param head the time from the first byte of a request to the end of its headers, and from
///   connecting to the first byte
/// @param idle the time between two requests of a connection
/// @param pause the longest time without any byte within a body
/// @param slowestBody bytes a second that a body must reach on average after {@code pause}
/// @param write the longest time in which a client takes none of its answer
record ConnectionLimits(
    int connections,
    Bytes bodies,
    Duration head,
    Duration idle,
    Duration pause,
    long slowestBody,
    Duration write) {

  /// Connections: a share of what the process may open, which is also files. Bodies: an eighth of
  /// the heap, and room for one of the longest.
  static final ConnectionLimits DEFAULTS =
      new ConnectionLimits(
          Math.clamp(fileDescriptors() / 16, 32, 4096),
          new Bytes(Math.max(Bytes.mebi(65).count(), Runtime.getRuntime().maxMemory() / 8)),
          Duration.ofSeconds(10),
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          4096,
          Duration.ofSeconds(60));

  private static long fileDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
