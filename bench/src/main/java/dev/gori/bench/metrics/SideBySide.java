package dev.gori.bench.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Runs the whole comparison; `bench/metrics/README.md` explains the numbers.
public final class SideBySide {

  private static final long MINUTE = 60_000;
  private static final long RANGE = 120 * MINUTE; // time range of a block, in both servers
  private static final long HISTORY = 75 * MINUTE; // of the whole fleet
  private static final long SLICE = 5 * MINUTE;
  private static final int BOTH_KEEP_UP = 500; // milliseconds between two scrapes of a target
  private static final int NEITHER_KEEPS_UP = 80; // on two processors
  private static final int WARM = 3; // rounds to warm up the JIT compiler

  private final Path folder;
  private final int targets;
  private final int size;
  private final int seconds;
  private final long interval;
  private final Fleet fleet;
  private final String options;
  private final Report report = new Report();

  private SideBySide(Path folder, Map<String, String> given) {
    this.folder = folder;
    this.targets = Integer.parseInt(given.getOrDefault("targets", "1000"));
    this.size = Integer.parseInt(given.getOrDefault("size", "1"));
    this.seconds = Integer.parseInt(given.getOrDefault("seconds", "10"));
    this.interval = Long.parseLong(given.getOrDefault("interval", "30")) * 1_000;
    this.options =
        given.getOrDefault(
                "java",
                "-XX:+UseSerialGC -Xms128m -Xmx768m -Xmn64m -XX:SurvivorRatio=3 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20")
            + " --enable-native-access=ALL-UNNAMED";
    this.fleet = new Fleet(targets, size);
  }

  /// Runs the comparison, or a part of it.
  ///
  /// @param arguments working folder, what to measure (`all`, `scrape` or `store`), and settings as
  ///   `name=value`
  public static void main(String[] arguments) throws Exception {
    var given =
        IntStream.range(2, arguments.length)
            .mapToObj(i -> arguments[i].split("=", 2))
            .collect(Collectors.toMap(p -> p[0], p -> p[1]));
    var run = new SideBySide(Path.of(arguments[0]), given);
    System.out.printf(
        "%d targets with %d series each; JVM: %s; %d processors%n",
        run.targets,
        run.fleet.series().size(),
        run.options,
        Runtime.getRuntime().availableProcessors());
    if (!arguments[1].equals("store")) {
      run.scrape("scraping", BOTH_KEEP_UP);
      run.scrape("scraping at saturation", NEITHER_KEEPS_UP);
    }
    if (!arguments[1].equals("scrape")) {
      run.store();
    }
    System.exit(0); // waiting connections
  }

  private record Used(double samples, double seconds, double cpu) {}

  /// The resource usage of a server per slice.
  private record Side(ServerProcess server, List<Used> slices) {
    Side(ServerProcess server) {
      this(server, new ArrayList<>());
    }

    double median(ToDoubleFunction<Used> of) {
      var sorted = slices.stream().mapToDouble(of).sorted().toArray();
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }

  private void ingested(String how, Side gori, Side peer) {
    var what = how + ", median of " + gori.slices.size();
    report.compare(
        what,
        "samples/s",
        gori.median(u -> u.samples / u.seconds),
        peer.median(u -> u.samples / u.seconds),
        true);
    report.compare(
        what,
        "CPU s a million",
        gori.median(u -> u.cpu * 1e6 / u.samples),
        peer.median(u -> u.cpu * 1e6 / u.samples),
        false);
  }

  /// Both scrape the same exporter in turns, while the other one is stopped.
  ///
  /// @param every milliseconds
  private void scrape(String what, int every) throws Exception {
    var place = Files.createDirectories(folder.resolve("scrape-" + every));
    try (var exporter = new Exporter(fleet)) {
      var config =
          Files.writeString(place.resolve("scrape.yaml"), scrapeConfig(exporter.port(), every));
      try (var peer = ServerProcess.prometheus(place, config);
          var gori = ServerProcess.gori(place, config, options)) {
        var own = new Side(gori);
        var other = new Side(peer);
        peer.pause();
        gori.pause();
        for (int round = 0; round < WARM + 3; round++) {
          for (var one : List.of(other, own)) {
            one.server.resume();
            Thread.sleep(1_000);
            var used = scraped(one.server);
            if (round >= WARM) {
              one.slices.add(used);
            }
            one.server.pause();
          }
        }
        ingested(what, own, other);
        if (every
            == BOTH_KEEP_UP) { // otherwise one may hold several times as many samples as the other
          report.compare(
              "resident while scraping, most",
              "MiB",
              gori.mostResidentMebi(),
              peer.mostResidentMebi(),
              false);
        }
      }
    }
  }

  private Used scraped(ServerProcess one) throws Exception {
    double cpu = one.cpuSeconds();
    double samples = one.counted("prometheus_tsdb_head_samples_appended_total");
    long began = System.nanoTime();
    Thread.sleep(seconds * 1_000L);
    double more = one.counted("prometheus_tsdb_head_samples_appended_total") - samples;
    return new Used(more, (System.nanoTime() - began) / 1e9, one.cpuSeconds() - cpu);
  }

  private String scrapeConfig(int port, int every) {
    var text =
        new StringBuilder(
            "global: {scrape_interval: %1$dms, scrape_timeout: %1$dms}\nscrape_configs:\n  - job_name: node\n    static_configs:\n"
                .formatted(every));
    for (int target = 0; target < targets; target++) {
      text.append(
          "      - {targets: ['127.0.0.1:%d'], labels: {instance: %s, __metrics_path__: '/%d'}}\n"
              .formatted(port, Fleet.instance(target), target));
    }
    return text.toString();
  }

  /// Two hours of a tenth of the machines, then 75 minutes of all: enough for both to write a block
  /// of the first two hours.
  private void store() throws Exception {
    var place = Files.createDirectories(folder.resolve("store"));
    var config = Files.writeString(place.resolve("none.yaml"), "global: {scrape_interval: 15s}\n");
    var pusher = new Pusher(fleet);
    long middle = Math.floorDiv(System.currentTimeMillis() - HISTORY, RANGE) * RANGE;
    try (var peer = ServerProcess.prometheus(place, config);
        var gori = ServerProcess.gori(place, config, options)) {
      var own = new Side(gori);
      var other = new Side(peer);
      long early = 0;
      for (long from = middle - RANGE;
          from < middle;
          from += SLICE) { // no sender is more than a slice ahead of another
        pusher.push(peer, targets / 10, from, from + SLICE, interval);
        early += pusher.push(gori, targets / 10, from, from + SLICE, interval);
      }
      for (long from = middle; from < middle + HISTORY; from += SLICE) {
        for (var one : List.of(other, own)) {
          double cpu = one.server.cpuSeconds();
          long began = System.nanoTime();
          long sent = pusher.push(one.server, targets, from, from + SLICE, interval);
          one.slices.add(
              new Used(sent, (System.nanoTime() - began) / 1e9, one.server.cpuSeconds() - cpu));
        }
      }
      ingested("remote write", own, other);
      double samples = early + own.slices.stream().mapToDouble(Used::samples).sum();
      report.compare(
          "resident with the head full", "MiB", gori.residentMebi(), peer.residentMebi(), false);
      report.compare(
          "journal a sample, with chunks of the head",
          "bytes",
          gori.bytes("journal") / samples,
          peer.bytes("wal", "chunks_head") / samples,
          false);
      awaitBlocks(gori, peer);
      report.compare(
          "block a sample",
          "bytes",
          (double) gori.bytes(".block") / early,
          peerBlocks(peer) / (double) early,
          false);
      new Queries(gori, peer, (middle + HISTORY) / 1_000, seconds / 3.0, report).run();
      report.compare(
          "resident after the queries", "MiB", gori.residentMebi(), peer.residentMebi(), false);
      report.compare(
          "resident, most", "MiB", gori.mostResidentMebi(), peer.mostResidentMebi(), false);
    }
  }

  private static void awaitBlocks(ServerProcess gori, ServerProcess peer)
      throws IOException, InterruptedException {
    for (int i = 0;
        i < 150 && (gori.bytes(".block") == 0 || gori.bytes(".tmp") > 0 || peerBlocks(peer) == 0);
        i++) {
      Thread.sleep(1_000);
    }
  }

  /// Chunks, index, tombstones and all other files of the block folders.
  private static long peerBlocks(ServerProcess peer) throws IOException {
    try (var folders = Files.list(peer.data())) {
      var blocks =
          folders
              .filter(one -> Files.exists(one.resolve("meta.json")))
              .map(one -> one.getFileName().toString())
              .sorted(Comparator.naturalOrder())
              .toList();
      return blocks.isEmpty() ? 0 : peer.bytes(blocks.toArray(String[]::new));
    }
  }
}
