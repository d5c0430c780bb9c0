package dev.gori.metrics.node;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// Collects metrics of this process and the JVM, under the names of the Prometheus client
/// libraries.
final class ProcessCollector {

  private static final double PAGE = 4096;

  private final ProcFiles proc;

  ProcessCollector(ProcFiles proc) {
    this.proc = proc;
  }

  List<MetricFamily> read() {
    var families = new ArrayList<MetricFamily>();
    system(families);
    memory(families);
    var runtime = ManagementFactory.getRuntimeMXBean();
    families.add(
        MetricFamily.gauge(
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.")
            .add(runtime.getStartTime() / 1000.0));
    var threads = ManagementFactory.getThreadMXBean();
    families.add(
        MetricFamily.gauge("jvm_threads_current", "Current thread count of a JVM.")
            .add(threads.getThreadCount()));
    var count = MetricFamily.counter("jvm_gc_collections_total", "Garbage collections.");
    var spent =
        MetricFamily.counter(
            "jvm_gc_collection_seconds_total", "Time spent in garbage collections.");
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      count.add(collector.getCollectionCount(), "gc", collector.getName());
      spent.add(collector.getCollectionTime() / 1000.0, "gc", collector.getName());
    }
    families.add(count);
    families.add(spent);
    return families;
  }

  private void system(List<MetricFamily> families) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      families.add(
          MetricFamily.counter(
                  "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.")
              .add(unix.getProcessCpuTime() / 1e9));
      families.add(
          MetricFamily.gauge("process_open_fds", "Number of open file descriptors.")
              .add(unix.getOpenFileDescriptorCount()));
      families.add(
          MetricFamily.gauge("process_max_fds", "Maximum number of open file descriptors.")
              .add(unix.getMaxFileDescriptorCount()));
    }
    var words = proc.words("self/statm");
    if (words.length >= 2) {
      families.add(
          MetricFamily.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")
              .add(Double.parseDouble(words[0]) * PAGE));
      families.add(
          MetricFamily.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
              .add(Double.parseDouble(words[1]) * PAGE));
    }
  }

  private static void memory(List<MetricFamily> families) {
    var used =
        MetricFamily.gauge("jvm_memory_used_bytes", "Used bytes of a given JVM memory area.");
    var most =
        MetricFamily.gauge("jvm_memory_max_bytes", "Max (bytes) of a given JVM memory area.");
    var memory = ManagementFactory.getMemoryMXBean();
    used.add(memory.getHeapMemoryUsage().getUsed(), "area", "heap")
        .add(memory.getNonHeapMemoryUsage().getUsed(), "area", "nonheap");
    most.add(memory.getHeapMemoryUsage().getMax(), "area", "heap")
        .add(memory.getNonHeapMemoryUsage().getMax(), "area", "nonheap");
    families.add(used);
    families.add(most);
  }
}
