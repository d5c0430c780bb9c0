package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;

/// Copies of a store as it is at a moment, each in a folder of its own under `snapshots`.
record SnapshotWriter(Disk disk, Path folder) {

  private static final String NAME = "snapshots";

  /// A crash while one was taken leaves a part of it.
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
    disk.delete(unfinished); // one that failed before
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
