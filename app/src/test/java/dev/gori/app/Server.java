package dev.gori.app;

import dev.gori.app.running.Poller;
import dev.gori.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real server of another make that a test starts and stops; what it says goes to a file.
final class Server implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final int SECONDS_TO_STOP = 20;

  private final Process process;

  private Server(Process process) {
    this.process = process;
  }

  /// A port that nobody listened on a moment ago.
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// @param folder where it runs
  /// @param ready what answers with a success once it serves
  static Server start(Path folder, List<String> command, Map<String, String> variables, URI ready)
      throws IOException {
    Files.createDirectories(folder);
    var said = folder.resolve("output.log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().putAll(variables);
    var server = new Server(builder.start());
    try (var calls = HttpCalls.within(Duration.ofSeconds(5))) {
      boolean isReady =
          Poller.untilTrue(START, () -> !server.process.isAlive() || calls.get(ready).isOk());
      if (!isReady || !server.process.isAlive()) {
        server.close();
        throw new AssertionError(
            "%s does not serve: %s".formatted(command.getFirst(), Files.readString(said)));
      }
    }
    return server;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("waiting for a server to stop", e));
    }
  }
}
