package dev.gori.bench.serving;

import dev.gori.clients.GatewayClient;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Twenty hot swaps while connections send as fast as they can: how many requests failed, how many
/// answers are not wholly one version's, and latency while swapping beside latency before.
///
/// Each answer is compared with what the version that it names answers alone; a batch of four rows
/// makes a mixture visible.
public final class Swaps {

  private static final String BODY =
      "{\"data\": [[0.5,-1.5,2,1,3,5],[-3,3,1,0,2,4],[0.1,0.2,4,1,1,6],[2,-2,0,0,9,9]]}";
  private static final int SWAPS = 20;

  private final int port;
  private final Map<String, String> expected = new ConcurrentHashMap<>();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong mixed = new AtomicLong();
  private final AtomicBoolean swapping = new AtomicBoolean();
  private final AtomicBoolean stop = new AtomicBoolean();

  private Swaps(int port) {
    this.port = port;
  }

  /// `PORT CONNECTIONS SECONDS`
  public static void main(String[] arguments) throws Exception {
    new Swaps(Integer.parseInt(arguments[0]))
        .run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
  }

  private void run(int connections, int seconds) throws Exception {
    try (var gateway =
        GatewayClient.open(
            URI.create("http://127.0.0.1:" + port),
            Optional.of(Servers.TOKEN),
            Duration.ofSeconds(30))) {
      learn(gateway);
      var clients = new ArrayList<Client>();
      for (int i = 0; i < connections; i++) {
        var client = new Client();
        clients.add(client);
        client.thread.start();
      }
      pause(Duration.ofSeconds(seconds)); // warm
      clients.forEach(client -> client.forget = true);
      long began = System.nanoTime();
      pause(Duration.ofSeconds(seconds));
      double steadySeconds = (System.nanoTime() - began) / 1e9;
      swapping.set(true);
      began = System.nanoTime();
      for (int swap = 0; swap < SWAPS; swap++) {
        gateway.reload("A", OptionalInt.of(1 + (swap + 1) % 2), Optional.empty());
        pause(Duration.ofMillis(seconds * 1000L / SWAPS));
      }
      double swapSeconds = (System.nanoTime() - began) / 1e9;
      stop.set(true);
      for (var client : clients) {
        client.thread.join();
      }
      print("steady", clients.stream().map(client -> client.steady).toList(), steadySeconds);
      print("20 swaps", clients.stream().map(client -> client.swaps).toList(), swapSeconds);
      System.out.printf("failed requests %d, mixed versions %d%n", failed.get(), mixed.get());
      System.exit(failed.get() + mixed.get() == 0 ? 0 : 1);
    }
  }

  /// What each version says when it serves alone.
  private void learn(GatewayClient gateway) throws IOException {
    for (int version = 2; version >= 1; version--) {
      gateway.reload("A", OptionalInt.of(version), Optional.empty());
      try (var connection = new Connection()) {
        expected.put(Integer.toString(version), data(connection.ask().body()));
      }
    }
    if (Objects.equals(expected.get("1"), expected.get("2"))) {
      throw new IllegalStateException("both versions answer the same: a mixture could not be seen");
    }
  }

  /// Up to the name of the model: predictions and probabilities.
  private static String data(String body) {
    int end = body.indexOf(",\"model\":");
    return end < 0 ? body : body.substring(0, end);
  }

  private static void pause(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  private static void print(String name, List<Samples> all, double seconds) {
    var merged =
        all.stream()
            .flatMapToLong(samples -> Arrays.stream(samples.nanos, 0, samples.count))
            .sorted()
            .toArray();
    System.out.printf(
        "%-9s %8.0f requests/s   p50 %6.2f ms   p95 %6.2f ms   p99 %6.2f ms   max %6.2f ms%n",
        name,
        merged.length / seconds,
        at(merged, 0.50),
        at(merged, 0.95),
        at(merged, 0.99),
        at(merged, 1));
  }

  private static double at(long[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
  }

  private static final class Samples {
    private long[] nanos = new long[1 << 16];
    private int count;

    void add(long value) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, count * 2);
      }
      nanos[count++] = value;
    }
  }

  private final class Client implements Runnable {
    private final Thread thread = new Thread(this, "client");
    private final Samples steady = new Samples();
    private final Samples swaps = new Samples();
    private volatile boolean forget;

    @Override
    public void run() {
      try (var connection = new Connection()) {
        while (!stop.get()) {
          if (forget) {
            steady.count = 0;
            forget = false;
          }
          var into = swapping.get() ? swaps : steady;
          long began = System.nanoTime();
          var answer = connection.ask();
          into.add(System.nanoTime() - began);
          if (answer.status() != 200) {
            failed.incrementAndGet();
          } else if (!data(answer.body()).equals(expected.get(answer.version()))) {
            mixed.incrementAndGet();
          }
        }
      } catch (IOException e) {
        System.out.println("a connection broke: " + e);
        failed.incrementAndGet();
      }
    }
  }

  private record Answer(int status, String version, String body) {}

  /// One kept connection that speaks just enough HTTP/1.1.
  private final class Connection implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    private final DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    private final byte[] request =
        "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(BODY.length(), BODY)
            .getBytes(StandardCharsets.US_ASCII);

    Connection() throws IOException {
      socket.setTcpNoDelay(true);
    }

    Answer ask() throws IOException {
      socket.getOutputStream().write(request);
      int status = Integer.parseInt(line().substring(9, 12));
      int length = 0;
      var version = "";
      for (var header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        var value = header.substring(colon + 1).strip();
        switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
          case "content-length" -> length = Integer.parseInt(value);
          case "x-model-version" -> version = value;
          default -> {}
        }
      }
      return new Answer(status, version, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
      var line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the server closed the connection");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
