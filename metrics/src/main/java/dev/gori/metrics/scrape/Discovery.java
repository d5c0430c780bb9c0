package dev.gori.metrics.scrape;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.kernel.disk.SmallFile;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/// Finds the targets of all jobs with static, file and HTTP service discovery. If a file or list
/// cannot be read, its previous targets stay. Not thread-safe.
final class Discovery implements AutoCloseable {

  /// The keys of the supported service discoveries.
  static final List<String> KEYS = List.of("file_sd_configs", "http_sd_configs");

  private final Logger log;
  private final HttpDiscovery http;

  /// Enough for some 100,000 targets.
  private static final int MAX_FILE = 16 << 20;

  private final Map<Path, List<ScrapeJob.TargetGroup>> lastGood = new HashMap<>();

  /// @param changed runs when an HTTP list has new targets
  Discovery(Time time, Logger log, SelfMetrics metrics, Runnable changed) {
    this.log = log;
    this.http = new HttpDiscovery(time, log, metrics, changed);
  }

  /// Reports every kind of service discovery that is not in `there`.
  static void rejectUnsupported(Section s, List<String> there) {
    for (var key : s.keys()) {
      boolean isOther = key.endsWith("_sd_configs") && !there.contains(key);
      s.problems()
          .expect(
              !isOther,
              s.where(key),
              "'" + key + "'",
              "no such key: this service discovery is not supported; use file_sd_configs or http_sd_configs where they are supported");
      if (isOther) {
        s.plain(key); // reported already
      }
    }
  }

  List<Target.Relabelled> find(List<ScrapeJob> jobs) {
    var found = new ArrayList<Target.Relabelled>();
    var lists = new HashSet<ScrapeJob.HttpSdConfig>();
    for (var job : jobs) {
      add(job, job.targets(), Labels.EMPTY, found);
      for (var files : job.fileSdConfigs()) {
        for (var file : matching(files.patterns())) {
          add(job, read(file), Labels.of("__meta_filepath", file.toString()), found);
        }
      }
      for (var list : job.httpSdConfigs()) {
        lists.add(list);
        add(job, http.targetGroups(list), Labels.of("__meta_url", list.url().toString()), found);
      }
    }
    http.keepOnly(lists);
    return found;
  }

  private static void add(
      ScrapeJob job, List<ScrapeJob.TargetGroup> groups, Labels meta, List<Target.Relabelled> to) {
    for (var group : groups) {
      group.addresses().forEach(address -> to.add(Target.of(job, address, group.labels(), meta)));
    }
  }

  @Override
  public void close() {
    http.close();
  }

  private List<Path> matching(List<FilePattern> patterns) {
    var files = new ArrayList<Path>();
    for (var pattern : patterns) {
      try {
        files.addAll(pattern.files());
      } catch (IOException e) {
        log.warn("discovery files={} cannot be listed: {}", pattern, e.getMessage());
      }
    }
    return files;
  }

  private List<ScrapeJob.TargetGroup> read(Path file) {
    var problems = new Problems();
    try {
      // JSON is YAML: the list becomes the value of a key
      var text = "targets:\n" + SmallFile.text(file, MAX_FILE).indent(2);
      Section top = Conf.parse(file.toString(), text, problems);
      var groups = ScrapeJobReader.targets(top, "targets");
      if (problems.isEmpty()) {
        lastGood.put(file, groups);
        return groups;
      }
      log.warn(
          "discovery file={} invalid, previous targets stay: {}",
          file,
          String.join("; ", problems.all()));
    } catch (IOException e) {
      log.warn("discovery file={} cannot be read, previous targets stay: {}", file, e.getMessage());
    }
    return lastGood.getOrDefault(file, List.of());
  }
}
