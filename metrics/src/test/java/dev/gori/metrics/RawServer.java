package dev.gori.metrics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A raw TCP server: each path answers with given bytes, valid or not, and closes the connection.
final class RawServer implements AutoCloseable {

  @FunctionalInterface
  interface Behaviour {
    /// @param count number of earlier requests of the same client
    void answer(OutputStream out, int count) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Map<String, Behaviour> behaviours;
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private RawServer(ServerSocket server, Map<String, Behaviour> behaviours) {
    this.server = server;
    this.behaviours = Map.copyOf(behaviours);
  }

  static RawServer start(Map<String, Behaviour> behaviours) throws IOException {
    var server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    var started = new RawServer(server, behaviours);
    started.threads.execute(started::accept);
    return started;
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      var request = in.readLine();
      var agent = "";
      for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        if (line.toLowerCase(Locale.ROOT).startsWith("user-agent:")) {
          agent = line;
        }
      }
      if (request == null) {
        return;
      }
      var path = request.split(" ")[1].substring(1);
      int count = counts.computeIfAbsent(path + agent, _ -> new AtomicInteger()).getAndIncrement();
      var behaviour = behaviours.get(path);
      if (behaviour != null) {
        behaviour.answer(socket.getOutputStream(), count);
      }
    } catch (IOException _) {
      // the client disconnected
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
    threads.close();
  }
}
