package dev.gori.bench.metrics;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Serves the exposition of every machine of a fleet at `/NUMBER`, one tick later at each scrape.
final class Exporter implements AutoCloseable {

  private final Fleet fleet;
  private final byte[][] heads;
  private final AtomicIntegerArray ticks;
  private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());

  Exporter(Fleet fleet) throws IOException {
    this.fleet = fleet;
    this.ticks = new AtomicIntegerArray(fleet.targets());
    this.heads = new byte[fleet.series().size()][];
    var before = "";
    for (int i = 0; i < heads.length; i++) {
      var series = fleet.series().get(i);
      var about =
          series.name().equals(before)
              ? ""
              : "# HELP %s What is counted or measured here.\n# TYPE %s %s\n"
                  .formatted(
                      series.name(),
                      series.name(),
                      series.kind() == Fleet.Kind.COUNTER ? "counter" : "gauge");
      var labels = new StringBuilder();
      series
          .labels()
          .forEach(
              (name, value) ->
                  labels
                      .append(labels.isEmpty() ? "{" : ",")
                      .append(name)
                      .append("=\"")
                      .append(value)
                      .append('"'));
      before = series.name();
      heads[i] =
          (about + series.name() + labels + (labels.isEmpty() ? " " : "} "))
              .getBytes(StandardCharsets.UTF_8);
    }
    Thread.ofPlatform().daemon().name("exporter").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!server.isClosed()) {
        var socket = server.accept();
        workers.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new IllegalStateException("the exporter cannot accept any more", e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        int target =
            Integer.parseInt(
                line.substring(line.indexOf('/') + 1, line.indexOf(' ', line.indexOf('/'))));
        while (!line.isEmpty()) {
          line = line(in);
        }
        socket.getOutputStream().write(answer(target));
      }
    } catch (IOException _) {
      // the client disconnected
    }
  }

  private byte[] answer(int target) {
    var body = new Body(16 << 10);
    long tick = ticks.incrementAndGet(target);
    for (int i = 0; i < heads.length - 1; i++) { // the last series is `up`, which the scraper adds
      body.writeBytes(heads[i]);
      body.number(fleet.series().get(i).unscaled(target, tick), fleet.series().get(i).decimals());
      body.write('\n');
    }
    var head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
            .formatted(body.size());
    var whole = new ByteArrayOutputStream(head.length() + body.size());
    whole.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    whole.writeBytes(body.toByteArray());
    return whole.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder(80);
    for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /// Formats numbers as Go does in expositions: `1234.56`, from a million on `1.2345678e+09`.
  private static final class Body extends ByteArrayOutputStream {
    private final byte[] digits = new byte[24];

    Body(int size) {
      super(size);
    }

    void number(long unscaled, int decimals) {
      int length = 0;
      for (long left = unscaled; left > 0 || length <= decimals; left /= 10) {
        digits[length++] = (byte) ('0' + left % 10);
      }
      int whole = length - decimals;
      int last = 0;
      while (last < length - 1 && digits[last] == '0' && (whole > 6 || last < decimals)) {
        last++;
      }
      for (int i = length - 1; i >= last; i--) {
        write(digits[i]);
        if (i > last && (whole > 6 ? i == length - 1 : i == decimals)) {
          write('.');
        }
      }
      if (whole > 6) {
        writeBytes(
            new byte[] {
              'e', '+', (byte) ('0' + (whole - 1) / 10), (byte) ('0' + (whole - 1) % 10)
            });
      }
    }
  }
}
