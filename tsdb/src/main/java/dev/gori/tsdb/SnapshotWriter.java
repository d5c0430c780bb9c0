package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;

/// Writes snapshots of a store, each in a folder under `snapshots`.
record SnapshotWriter(Disk disk, Path folder) {

  private static final String NAME = "snapshots";

  /// Deletes what a crash during a snapshot left.
  static void removeUnfinished(Disk disk, Path folder) throws IOException {
    for (var entry : disk.list(folder.resolve(NAME))) {
      if (entry.getFileName().toString().endsWith(".tmp")) {
        disk.delete(entry);
      }
    }
  }

  Path take(String name, Blocks blocks, TreeMap<Labels, ChunkMerger> recent) throws IOException {
    var target = folder.resolve(NAME).resolve(name);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")
        || name.endsWith(".tmp")
        || disk.exists(target)) {
      throw FaultException.badRequest(
          "snapshot '%s' (expected: a new name of letters, digits, '-', '_' and '.')"
              .formatted(name));
    }
    var unfinished = target.resolveSibling(name + ".tmp");
    var into = unfinished.resolve("blocks");
    disk.delete(unfinished); // of a failed attempt
    disk.createDirectories(into);
    FormatVersion.write(disk, unfinished);
    blocks.linkInto(into);
    writeHead(into, blocks, recent);
    disk.syncDirectory(into);
    disk.syncDirectory(unfinished);
    disk.rename(unfinished, target);
    disk.syncDirectory(folder.resolve(NAME));
    return target;
  }

  private static void writeHead(Path into, Blocks blocks, TreeMap<Labels, ChunkMerger> recent)
      throws IOException {
    long from = Long.MAX_VALUE;
    long to = Long.MIN_VALUE;
    for (var series : recent.values()) {
      from = Math.min(from, series.minTime());
      to = Math.max(to, series.maxTime() + 1);
    }
    blocks.writeInto(into, from, to, recent);
  }
}
