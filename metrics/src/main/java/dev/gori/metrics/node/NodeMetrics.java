package dev.gori.metrics.node;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.util.ArrayList;

/// Collects the machine's and the process's metrics at each scrape.
public final class NodeMetrics implements MultiCollector {

  private final NodeCollector machine;
  private final ProcessCollector process;

  private NodeMetrics(ProcFiles proc) {
    this.machine = new NodeCollector(proc);
    this.process = new ProcessCollector(proc);
  }

  /// The metrics of this machine, for `/metrics/node`.
  public static SelfMetrics ofThisMachine() {
    return of(Path.of("/proc"));
  }

  static SelfMetrics of(Path proc) {
    var metrics = new SelfMetrics();
    metrics.registry().register(new NodeMetrics(new ProcFiles(proc)));
    return metrics;
  }

  @Override
  public MetricSnapshots collect() {
    var families = new ArrayList<>(machine.read());
    families.addAll(process.read());
    return new MetricSnapshots(
        families.stream().filter(family -> !family.isEmpty()).map(MetricFamily::snapshot).toList());
  }
}
