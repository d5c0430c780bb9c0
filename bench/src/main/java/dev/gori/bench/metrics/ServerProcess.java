package dev.gori.bench.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;
import java.util.concurrent.TimeUnit;

/// One of the compared servers, in its own process.
final class ServerProcess implements AutoCloseable {

  private static final double TICKS = 100; // clock ticks per second in /proc

  private final String name;
  private final Process process;
  private final Path data;
  private final String base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerProcess(String name, Path data, String base, List<String> command)
      throws IOException, InterruptedException {
    this.name = name;
    this.data = data;
    this.base = base;
    this.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(data.resolveSibling(name + ".log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await();
  }

  static ServerProcess prometheus(Path folder, Path config)
      throws IOException, InterruptedException {
    int port = freePort();
    var data = Files.createDirectories(folder.resolve("prometheus-data"));
    return new ServerProcess(
        "prometheus",
        data,
        "http://127.0.0.1:" + port,
        List.of(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + data,
            "--web.listen-address=127.0.0.1:" + port,
            "--web.enable-remote-write-receiver",
            "--log.level=warn"));
  }

  /// @param options of the JVM
  static ServerProcess gori(Path folder, Path config, String options)
      throws IOException, InterruptedException {
    int port = freePort();
    var data = Files.createDirectories(folder.resolve("gori-data"));
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(Arrays.asList(options.split(" ")));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            RoleServer.class.getName(),
            "" + port,
            data.toString(),
            config.toString()));
    return new ServerProcess(
        "gori", data, "http://127.0.0.1:%d/prometheus".formatted(port), command);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void await() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      try {
        if (get(URI.create(base + "/-/ready")).length > 0) {
          return;
        }
      } catch (IOException _) {
        if (!process.isAlive()) {
          break;
        }
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException(
        "%s does not answer, see %s".formatted(name, data.resolveSibling(name + ".log")));
  }

  String name() {
    return name;
  }

  URI api(String path) {
    return URI.create(base + "/api/v1" + path);
  }

  byte[] get(URI uri) throws IOException, InterruptedException {
    var answer =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "%s answered %d to %s: %.300s"
              .formatted(
                  name,
                  answer.statusCode(),
                  uri,
                  new String(answer.body(), StandardCharsets.UTF_8)));
    }
    return answer.body();
  }

  /// A metric of the server itself, summed over all labels.
  double counted(String metric) throws IOException, InterruptedException {
    var text =
        new String(
            get(URI.create(base.replace("/prometheus", "") + "/metrics")), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.startsWith(metric) && !line.startsWith(metric + "_"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /// User and system time so far.
  double cpuSeconds() {
    var fields = new StringTokenizer(proc("stat").replaceFirst(".*\\) ", ""));
    for (int i = 0; i < 11; i++) {
      fields.nextToken();
    }
    return (Long.parseLong(fields.nextToken()) + Long.parseLong(fields.nextToken())) / TICKS;
  }

  double residentMebi() {
    return status("VmRSS:");
  }

  double mostResidentMebi() {
    return status("VmHWM:");
  }

  private double status(String key) {
    var line = proc("status").lines().filter(one -> one.startsWith(key)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
  }

  private String proc(String file) {
    try {
      return Files.readString(Path.of("/proc/%d/%s".formatted(process.pid(), file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Total size of the files in the data folder whose path contains one of these strings.
  long bytes(String... words) throws IOException {
    try (var files = Files.walk(data)) {
      return files
          .filter(
              file ->
                  Files.isRegularFile(file)
                      && Arrays.stream(words).anyMatch(data.relativize(file).toString()::contains))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  Path data() {
    return data;
  }

  /// Stops the process, so that the other server has the CPU for itself.
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, "" + process.pid()).start().waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      resume();
      process.destroy();
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
