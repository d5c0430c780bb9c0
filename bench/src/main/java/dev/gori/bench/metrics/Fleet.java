package dev.gori.bench.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Machines with the series of a node_exporter and one HTTP server histogram: counters, gauges, and
/// many constant values. Deterministic: a machine, series and tick determine the value.
final class Fleet {

  /// How a value changes from tick to tick.
  enum Kind {
    /// Grows by about `rate` per tick.
    COUNTER,
    /// Stays within `rate` of its base.
    GAUGE,
    CONSTANT
  }

  /// One series that every machine has.
  ///
  /// @param decimals of its values
  record Series(
      String name, TreeMap<String, String> labels, Kind kind, long base, long rate, int decimals) {

    /// The value as an integer, in units of its last decimal.
    long unscaled(int target, long tick) {
      long own = mix(target * 1_000_003L + base) >>> 1;
      long noise = rate == 0 ? 0 : (mix(own ^ tick) >>> 1) % rate;
      return switch (kind) {
        case COUNTER -> own % (base + 1) + Math.floorMod(tick, 1L << 20) * rate + noise;
        case GAUGE -> base + own % (base + 1) + noise;
        case CONSTANT -> base;
      };
    }

    double value(int target, long tick) {
      return unscaled(target, tick) / POWERS[decimals];
    }
  }

  static final double[] POWERS = {1, 10, 100, 1_000};
  private static final List<String> MODES =
      List.of("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user");
  private static final String[] BOUNDS = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"
  };

  private final int targets;
  private final List<Series> series = new ArrayList<>();

  /// @param size 1 is about a hundred series per machine; the number of series is proportional to
  ///   it
  Fleet(int targets, int size) {
    this.targets = targets;
    for (int cpu = 0; cpu < 4 * size; cpu++) {
      for (var mode : MODES) {
        long rate =
            mode.equals("idle")
                ? 2_000
                : mode.equals("user") || mode.equals("system")
                    ? 300
                    : mode.equals("iowait") ? 7 : 0;
        add(
            "node_cpu_seconds_total",
            Map.of("cpu", "" + cpu, "mode", mode),
            rate == 0 ? Kind.CONSTANT : Kind.COUNTER,
            5_000_000,
            rate,
            2);
      }
    }
    for (int i = 0; i < size; i++) {
      devices("sda" + i, "eth" + i, "/data" + i);
    }
    memory(size);
    for (var load : List.of("node_load1", "node_load5", "node_load15")) {
      add(load, Map.of(), Kind.GAUGE, 40, 400, 2);
    }
    add("node_boot_time_seconds", Map.of(), Kind.CONSTANT, 1_700_000_123L, 0, 0);
    add("node_context_switches_total", Map.of(), Kind.COUNTER, 90_000_000_000L, 40_000, 0);
    add("node_intr_total", Map.of(), Kind.COUNTER, 40_000_000_000L, 20_000, 0);
    add("node_procs_running", Map.of(), Kind.GAUGE, 1, 8, 0);
    add(
        "node_uname_info",
        Map.of(
            "machine",
            "x86_64",
            "nodename",
            "node",
            "release",
            "6.1.0-28-amd64",
            "sysname",
            "Linux"),
        Kind.CONSTANT,
        1,
        0,
        0);
    add("process_cpu_seconds_total", Map.of(), Kind.COUNTER, 10_000, 30, 2);
    add("process_resident_memory_bytes", Map.of(), Kind.GAUGE, 20_000_000, 1_000_000, 0);
    requests();
    add("up", Map.of(), Kind.CONSTANT, 1, 0, 0);
  }

  private void devices(String disk, String net, String mount) {
    for (var what :
        List.of(
            "reads_completed",
            "read_bytes",
            "writes_completed",
            "written_bytes",
            "io_time_seconds")) {
      add(
          "node_disk_" + what + "_total",
          Map.of("device", disk),
          Kind.COUNTER,
          80_000_000,
          9_000,
          what.endsWith("seconds") ? 3 : 0);
    }
    for (var what :
        List.of("discards_completed", "flush_requests", "reads_merged", "writes_merged")) {
      add("node_disk_" + what + "_total", Map.of("device", disk), Kind.CONSTANT, 7, 0, 0);
    }
    for (var what :
        List.of("receive_bytes", "receive_packets", "transmit_bytes", "transmit_packets")) {
      add(
          "node_network_" + what + "_total",
          Map.of("device", net),
          Kind.COUNTER,
          3_000_000_000L,
          what.endsWith("bytes") ? 900_000 : 900,
          0);
    }
    for (var what :
        List.of(
            "receive_drop",
            "receive_errs",
            "transmit_drop",
            "transmit_errs",
            "receive_frame",
            "transmit_colls")) {
      add("node_network_" + what + "_total", Map.of("device", net), Kind.CONSTANT, 0, 0, 0);
    }
    var labels = Map.of("device", "/dev/" + disk, "fstype", "ext4", "mountpoint", mount);
    add("node_filesystem_avail_bytes", labels, Kind.GAUGE, 30_000_000_000L, 40_960_000, 0);
    add("node_filesystem_size_bytes", labels, Kind.CONSTANT, 105_089_261_568L, 0, 0);
    add("node_filesystem_files_free", labels, Kind.GAUGE, 6_000_000, 50, 0);
    add("node_filesystem_readonly", labels, Kind.CONSTANT, 0, 0, 0);
  }

  private void memory(int size) {
    var moving =
        List.of(
            "MemAvailable", "MemFree", "Buffers", "Cached", "Active", "Inactive", "Dirty", "Slab");
    var still =
        List.of(
            "MemTotal",
            "SwapTotal",
            "SwapFree",
            "HugePages_Total",
            "Hugepagesize",
            "VmallocTotal",
            "HardwareCorrupted",
            "WritebackTmp");
    for (int i = 0; i < size; i++) {
      var suffix = i == 0 ? "_bytes" : "_" + i + "_bytes";
      moving.forEach(
          what ->
              add(
                  "node_memory_" + what + suffix,
                  Map.of(),
                  Kind.GAUGE,
                  2_000_000_000L,
                  65_536_000,
                  0));
      still.forEach(
          what ->
              add(
                  "node_memory_" + what + suffix,
                  Map.of(),
                  Kind.CONSTANT,
                  8_000_000_000L + what.length() * 4_096L,
                  0,
                  0));
    }
  }

  private void requests() {
    for (int i = 0; i < BOUNDS.length; i++) {
      add(
          "http_request_duration_seconds_bucket",
          Map.of("handler", "/predict", "le", BOUNDS[i]),
          Kind.COUNTER,
          1_000,
          10 + 30L * i,
          0);
    }
    add(
        "http_request_duration_seconds_sum",
        Map.of("handler", "/predict"),
        Kind.COUNTER,
        90_000,
        7_000,
        3);
    add(
        "http_request_duration_seconds_count",
        Map.of("handler", "/predict"),
        Kind.COUNTER,
        1_000,
        340,
        0);
  }

  private void add(
      String name, Map<String, String> labels, Kind kind, long base, long rate, int decimals) {
    series.add(new Series(name, new TreeMap<>(labels), kind, base, rate, decimals));
  }

  int targets() {
    return targets;
  }

  List<Series> series() {
    return series;
  }

  static String instance(int target) {
    return "node-%04d".formatted(target);
  }

  private static long mix(long value) {
    long z = value * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 31);
  }
}
