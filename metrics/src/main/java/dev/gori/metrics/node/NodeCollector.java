package dev.gori.metrics.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Collects CPU, memory, load, disk, file system and network metrics.
final class NodeCollector {

  private static final double TICKS_A_SECOND =
      100; // USER_HZ, the same on every Linux that Java runs on
  private static final int SECTOR =
      512; // /proc/diskstats counts sectors of this size on every disk
  private static final String[] MODES = {
    "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"
  };

  /// Excluded as in node_exporter, except an overlay at the root: in a container that is the disk.
  private static final Set<String> NO_DISKS =
      Set.of(
          "autofs",
          "binfmt_misc",
          "bpf",
          "cgroup",
          "cgroup2",
          "configfs",
          "debugfs",
          "devpts",
          "devtmpfs",
          "fusectl",
          "hugetlbfs",
          "mqueue",
          "nsfs",
          "proc",
          "procfs",
          "pstore",
          "rpc_pipefs",
          "securityfs",
          "selinuxfs",
          "squashfs",
          "sysfs",
          "tracefs");

  private static final Pattern NO_MOUNTS =
      Pattern.compile("/(dev|proc|sys|run/credentials/.+|var/lib/docker/.+|etc/.+)(/.*)?");
  private static final Pattern NO_DEVICES =
      Pattern.compile("(ram|loop|fd|zram)\\d+|.*p\\d+$|[hsv]d[a-z]\\d+$");

  private final ProcFiles proc;

  NodeCollector(ProcFiles proc) {
    this.proc = proc;
  }

  List<MetricFamily> read() {
    var families = new ArrayList<MetricFamily>();
    processors(families);
    memory(families);
    load(families);
    disks(families);
    fileSystems(families);
    networks(families);
    return families;
  }

  private void processors(List<MetricFamily> families) {
    var cpu =
        MetricFamily.counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.");
    for (var line : proc.lines("stat")) {
      var words = line.split("\\s+");
      if (words[0].matches("cpu\\d+")) {
        for (int i = 0; i < MODES.length && i + 1 < words.length; i++) {
          cpu.add(
              Double.parseDouble(words[i + 1]) / TICKS_A_SECOND,
              "cpu",
              words[0].substring(3),
              "mode",
              MODES[i]);
        }
      }
      switch (words[0]) {
        case "btime" ->
            families.add(
                MetricFamily.gauge("node_boot_time_seconds", "Node boot time, in unixtime.")
                    .add(Double.parseDouble(words[1])));
        case "ctxt" ->
            families.add(
                MetricFamily.counter(
                        "node_context_switches_total", "Total number of context switches.")
                    .add(Double.parseDouble(words[1])));
        case "procs_running" ->
            families.add(
                MetricFamily.gauge("node_procs_running", "Number of processes in runnable state.")
                    .add(Double.parseDouble(words[1])));
        case "procs_blocked" ->
            families.add(
                MetricFamily.gauge(
                        "node_procs_blocked", "Number of processes blocked waiting for I/O.")
                    .add(Double.parseDouble(words[1])));
        default -> {} // not in node_exporter's default collectors either
      }
    }
    families.add(cpu);
  }

  private void memory(List<MetricFamily> families) {
    for (var line : proc.lines("meminfo")) {
      var words = line.split("[:\\s]+");
      if (words.length >= 2) {
        boolean kibi = words.length > 2 && words[2].equals("kB");
        var field = words[0].replace('(', '_').replace(")", "");
        families.add(
            MetricFamily.gauge(
                    "node_memory_" + field + (kibi ? "_bytes" : ""),
                    "Memory information field " + field + ".")
                .add(Double.parseDouble(words[1]) * (kibi ? 1024 : 1)));
      }
    }
  }

  private void load(List<MetricFamily> families) {
    var words = proc.words("loadavg");
    for (int i = 0; i < 3 && i < words.length; i++) {
      int minutes = new int[] {1, 5, 15}[i];
      families.add(
          MetricFamily.gauge("node_load" + minutes, minutes + "m load average.")
              .add(Double.parseDouble(words[i])));
    }
  }

  private void disks(List<MetricFamily> families) {
    var reads =
        MetricFamily.counter(
            "node_disk_reads_completed_total", "The total number of reads completed successfully.");
    var readBytes =
        MetricFamily.counter(
            "node_disk_read_bytes_total", "The total number of bytes read successfully.");
    var readTime =
        MetricFamily.counter(
            "node_disk_read_time_seconds_total", "The total number of seconds spent by all reads.");
    var writes =
        MetricFamily.counter(
            "node_disk_writes_completed_total",
            "The total number of writes completed successfully.");
    var written =
        MetricFamily.counter(
            "node_disk_written_bytes_total", "The total number of bytes written successfully.");
    var writeTime =
        MetricFamily.counter(
            "node_disk_write_time_seconds_total",
            "This is the total number of seconds spent by all writes.");
    var busy =
        MetricFamily.counter("node_disk_io_time_seconds_total", "Total seconds spent doing I/Os.");
    for (var line : proc.lines("diskstats")) {
      var words = line.strip().split("\\s+");
      if (words.length >= 14 && !NO_DEVICES.matcher(words[2]).matches()) {
        var device = words[2];
        reads.add(Double.parseDouble(words[3]), "device", device);
        readBytes.add(Double.parseDouble(words[5]) * SECTOR, "device", device);
        readTime.add(Double.parseDouble(words[6]) / 1000, "device", device);
        writes.add(Double.parseDouble(words[7]), "device", device);
        written.add(Double.parseDouble(words[9]) * SECTOR, "device", device);
        writeTime.add(Double.parseDouble(words[10]) / 1000, "device", device);
        busy.add(Double.parseDouble(words[12]) / 1000, "device", device);
      }
    }
    families.addAll(List.of(reads, readBytes, readTime, writes, written, writeTime, busy));
  }

  private void fileSystems(List<MetricFamily> families) {
    var size = MetricFamily.gauge("node_filesystem_size_bytes", "Filesystem size in bytes.");
    var free = MetricFamily.gauge("node_filesystem_free_bytes", "Filesystem free space in bytes.");
    var available =
        MetricFamily.gauge(
            "node_filesystem_avail_bytes",
            "Filesystem space available to non-root users in bytes.");
    var readOnly = MetricFamily.gauge("node_filesystem_readonly", "Filesystem read-only status.");
    var seen = new HashSet<String>();
    for (var line : proc.lines("mounts")) {
      var words = line.split(" ");
      if (words.length < 4 || !isDisk(words[1], words[2]) || !seen.add(words[1])) {
        continue;
      }
      try {
        var store = Files.getFileStore(Path.of(words[1].replace("\\040", " ")));
        var labels = new String[] {"device", words[0], "fstype", words[2], "mountpoint", words[1]};
        size.add(store.getTotalSpace(), labels);
        free.add(store.getUnallocatedSpace(), labels);
        available.add(store.getUsableSpace(), labels);
        readOnly.add(List.of(words[3].split(",")).contains("ro") ? 1 : 0, labels);
      } catch (IOException _) {
        seen.remove(words[1]); // no permission for this mount
      }
    }
    families.addAll(List.of(size, free, available, readOnly));
  }

  private static boolean isDisk(String mount, String type) {
    boolean overlay = type.equals("overlay");
    return !NO_DISKS.contains(type)
        && !NO_MOUNTS.matcher(mount).matches()
        && (!overlay || mount.equals("/"));
  }

  private void networks(List<MetricFamily> families) {
    String[] kinds = {"bytes", "packets", "errs", "drop"};
    var received = new ArrayList<MetricFamily>();
    var sent = new ArrayList<MetricFamily>();
    for (var kind : kinds) {
      received.add(
          MetricFamily.counter(
              "node_network_receive_" + kind + "_total",
              "Network device statistic receive_" + kind + "."));
      sent.add(
          MetricFamily.counter(
              "node_network_transmit_" + kind + "_total",
              "Network device statistic transmit_" + kind + "."));
    }
    for (var line : proc.lines("net/dev")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        var device = line.substring(0, colon).strip();
        var words = line.substring(colon + 1).strip().split("\\s+");
        for (int i = 0; i < kinds.length && words.length >= 12; i++) {
          received.get(i).add(Double.parseDouble(words[i]), "device", device);
          sent.get(i).add(Double.parseDouble(words[i + 8]), "device", device);
        }
      }
    }
    families.addAll(received);
    families.addAll(sent);
  }
}
