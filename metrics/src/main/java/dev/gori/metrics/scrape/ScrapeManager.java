package dev.gori.metrics.scrape;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.PeriodicTask;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.relabel.Relabel;
import dev.gori.metrics.schedule.AlignedSchedule;
import dev.gori.metrics.store.SampleStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;

/// Runs a scrape loop for every target of the configuration. Loops of unchanged targets survive a
/// reload.
public final class ScrapeManager implements AutoCloseable {

  /// Upper bound on the refresh interval of discovered files.
  private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(5);

  private record ScheduledLoop(ScrapeLoop loop, AlignedSchedule schedule) {}

  private final Time time;
  private final Logger log;
  private final TargetScraper scraper;
  private final ScrapeLoop.Shared shared;
  private final ScrapePoolMetrics pools;
  private final Discovery discovery;
  private final ScrapeFailureLogs failures;
  private final Closer running = new Closer();
  private final Map<Target.Identity, ScheduledLoop> loops = new LinkedHashMap<>();
  private final Set<String> loggedProblems = new HashSet<>();
  private ScrapeConfig config;
  private List<TargetView.Dropped> dropped = List.of();
  private Map<String, Integer> droppedCounts = Map.of();
  private boolean started;
  private boolean closed;

  /// @param maxSeries series limit per target
  public ScrapeManager(
      ScrapeConfig config,
      int maxSeries,
      SampleStore store,
      Time time,
      Logger log,
      SelfMetrics metrics) {
    this.config = config;
    this.time = time;
    this.log = log;
    this.scraper = new TargetScraper(time);
    this.failures = new ScrapeFailureLogs(log);
    this.shared =
        new ScrapeLoop.Shared(
            scraper, store, time, log, new ScrapeMetrics(metrics), failures, maxSeries);
    this.pools = new ScrapePoolMetrics(metrics);
    this.discovery = new Discovery(time, log, metrics, this::sync);
    sync();
  }

  public void start() {
    synchronized (this) {
      started = true;
      loops.values().forEach(loop -> loop.schedule().start());
    }
    running.add(
        "discovery",
        PeriodicTask.startAfter(
            DISCOVERY_INTERVAL, time, "scrape-discovery", DISCOVERY_INTERVAL, this::sync));
  }

  public synchronized void reload(ScrapeConfig next) {
    config = next;
    failures.reopen();
    sync();
  }

  public synchronized ScrapeConfig config() {
    return config;
  }

  /// Runs service discovery; starts loops for new targets and stops those of removed ones.
  synchronized void sync() {
    if (closed) {
      return;
    }
    var wanted = new LinkedHashMap<Target.Identity, Target>();
    var newlyDropped = new ArrayList<TargetView.Dropped>();
    var counts = new TreeMap<String, Integer>();
    config.jobs().forEach(job -> counts.put(job.name(), 0));
    var discovered = new HashMap<String, Integer>();
    for (var found : discovery.find(config.jobs())) {
      discovered.merge(found.job().name(), 1, Integer::sum);
      found.target().ifPresent(target -> wanted.putIfAbsent(target.identity(), target));
      found
          .problem()
          .filter(loggedProblems::add)
          .ifPresent(
              problem -> {
                log.warn("target dropped: {}", problem);
                pools.failed(found.job());
              });
      if (found.target().isEmpty()) {
        int before = counts.merge(found.job().name(), 1, Integer::sum) - 1;
        int kept = found.job().limits().keepDroppedTargets();
        if (kept == 0 || before < kept) {
          newlyDropped.add(new TargetView.Dropped(found.discovered(), found.job().name()));
        }
      }
    }
    dropped = List.copyOf(newlyDropped);
    droppedCounts = Map.copyOf(counts);
    for (var identity : List.copyOf(loops.keySet())) {
      if (!wanted.containsKey(identity)) {
        stopLoop(identity);
      }
    }
    pools.found(config.jobs(), discovered);
    var ofJobs = new HashMap<String, List<Target>>();
    wanted
        .values()
        .forEach(
            target ->
                ofJobs.computeIfAbsent(target.job().name(), _ -> new ArrayList<>()).add(target));
    for (var job : config.jobs()) {
      long since = System.nanoTime();
      var targets = ofJobs.getOrDefault(job.name(), List.of());
      targets.forEach(this::startLoop);
      pools.synced(job, targets.size(), System.nanoTime() - since);
    }
    checkTargetLimits();
  }

  private void startLoop(Target target) {
    var there = loops.get(target.identity());
    if (there != null && there.loop().target().equals(target)) {
      return;
    }
    var scraper = new ScrapeLoop(target, shared);
    if (there != null) {
      there.schedule().close();
      scraper.takeOver(there.loop());
    }
    var times =
        new AlignedSchedule(
            time, "scrape " + target.uri(), target.interval(), seed(target), scraper::scrape);
    loops.put(target.identity(), new ScheduledLoop(scraper, times));
    if (started) {
      times.start();
    }
  }

  /// The offset seed of a target: stable across restarts, different for different targets.
  static long seed(Target target) {
    return target.labels().hashCode() * 31L + target.uri().hashCode();
  }

  /// Disables all targets of jobs that exceed `target_limit`.
  private void checkTargetLimits() {
    var counts = new HashMap<String, Integer>();
    loops.keySet().forEach(identity -> counts.merge(identity.job(), 1, Integer::sum));
    for (var loop : loops.values()) {
      var job = loop.loop().target().job();
      int count = counts.getOrDefault(job.name(), 0);
      int most = job.limits().targets();
      loop.loop()
          .disable(
              most > 0 && count > most
                  ? Optional.of(
                      "target_limit exceeded: %d targets of job '%s' (expected: at most %d)"
                          .formatted(count, job.name(), most))
                  : Optional.empty());
    }
    for (var job : config.jobs()) {
      if (job.limits().targets() > 0
          && counts.getOrDefault(job.name(), 0) > job.limits().targets()) {
        shared.metrics().targetLimit.inc();
      }
    }
  }

  private void stopLoop(Target.Identity identity) {
    var loop = loops.remove(identity);
    if (loop != null) {
      loop.schedule().close();
      loop.loop().endOfRunStaleness();
    }
  }

  /// Scrapes every target once. For tests, in place of {@link #start}.
  public void scrapeAll() throws InterruptedException {
    for (var scraper : scrapers()) {
      scraper.scrape(time.now());
    }
  }

  private synchronized List<ScrapeLoop> scrapers() {
    return loops.values().stream().map(ScheduledLoop::loop).toList();
  }

  public List<TargetView> targets() {
    return scrapers().stream().map(ScrapeManager::view).toList();
  }

  private static TargetView view(ScrapeLoop scraper) {
    var target = scraper.target();
    var status = scraper.status();
    return new TargetView(
        target.discovered(),
        target.labels(),
        target.job().name(),
        target.uri().toString(),
        status.problem().orElse(""),
        status.last(),
        status.took(),
        status.health(),
        target.interval(),
        target.timeout());
  }

  public synchronized List<TargetView.Dropped> dropped() {
    return dropped;
  }

  /// Number of dropped targets per job; {@link #dropped} may list fewer.
  public synchronized Map<String, Integer> droppedCounts() {
    return droppedCounts;
  }

  /// The names of all jobs.
  public synchronized List<String> pools() {
    return config.jobs().stream().map(ScrapeJob::name).toList();
  }

  private synchronized Optional<ScrapeJob> job(String name) {
    return config.jobs().stream().filter(job -> job.name().equals(name)).findFirst();
  }

  /// The configuration of a job as YAML, with defaults and without secrets.
  public Optional<String> poolConfig(String name) {
    return job(name).map(ScrapeJobYaml::of);
  }

  /// The result of each relabelling step of a job for the given labels.
  public Optional<List<TargetView.Relabelled>> relabelSteps(String name, Labels labels) {
    return job(name)
        .map(
            job -> {
              var steps = new ArrayList<TargetView.Relabelled>();
              var now = Optional.of(labels);
              for (var step : job.relabel()) {
                now = now.flatMap(left -> Relabel.all(List.of(step), left));
                steps.add(
                    new TargetView.Relabelled(
                        ScrapeJobYaml.about(step, false),
                        now.orElse(Labels.EMPTY),
                        now.isPresent()));
              }
              return List.copyOf(steps);
            });
  }

  public List<TargetView.Metadata> metadata() {
    var all = new ArrayList<TargetView.Metadata>();
    for (var scraper : scrapers()) {
      scraper
          .metadata()
          .forEach(
              (metric, entry) ->
                  all.add(
                      new TargetView.Metadata(
                          scraper.target().labels(),
                          metric,
                          entry.type(),
                          entry.help(),
                          entry.unit())));
    }
    return all;
  }

  /// Stops scraping without stale markers, because the series go on after a restart.
  @Override
  public void close() {
    List<ScheduledLoop> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = List.copyOf(loops.values());
      loops.clear();
    }
    running.close();
    discovery.close();
    last.forEach(
        loop -> {
          loop.schedule().close();
          loop.loop().disconnect();
        });
    scraper.close();
    failures.close();
  }
}
