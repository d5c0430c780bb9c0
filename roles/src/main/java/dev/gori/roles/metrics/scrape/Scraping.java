package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.run.Repeating;
import dev.gori.roles.metrics.schedule.EvenTimes;
import dev.gori.roles.metrics.store.SampleStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;

/// Keeps every target of the configuration scraped. Targets that a reload leaves as they are go on undisturbed.
public final class Scraping implements AutoCloseable {

    /// Discovered files are looked at so often, whatever their `refresh_interval` says if it is longer.
    private static final Duration LOOK = Duration.ofSeconds(5);

    private record Loop(Scraper scraper, EvenTimes times) {}

    private final SampleStore store;
    private final Time time;
    private final Logger log;
    private final ScrapeCall call = new ScrapeCall();
    private final Discovery discovery;
    private final Closer running = new Closer();
    private final Map<Target, Loop> loops = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();
    private ScrapeConfig config;
    private List<TargetView.Dropped> dropped = List.of();
    private boolean started;
    private boolean closed;

    public Scraping(ScrapeConfig config, SampleStore store, Time time, Logger log) {
        this.config = config;
        this.store = store;
        this.time = time;
        this.log = log;
        this.discovery = new Discovery(log);
        find();
    }

    public void start() {
        synchronized (this) {
            started = true;
            loops.values().forEach(loop -> loop.times().start());
        }
        running.add("discovery", Repeating.startAfter(LOOK, time, "scrape-discovery", LOOK, this::find));
    }

    public synchronized void reload(ScrapeConfig next) {
        config = next;
        find();
    }

    public synchronized ScrapeConfig config() {
        return config;
    }

    /// Looks for targets and starts or ends their scraping.
    synchronized void find() {
        if (closed) {
            return;
        }
        var wanted = new LinkedHashMap<Target, Boolean>();
        var newlyDropped = new ArrayList<TargetView.Dropped>();
        for (var found : discovery.find(config.jobs())) {
            found.target().ifPresent(target -> wanted.put(target, true));
            found.problem().filter(told::add).ifPresent(problem -> log.warn("target left out: {}", problem));
            if (found.target().isEmpty()) {
                newlyDropped.add(new TargetView.Dropped(found.discovered(), found.discovered().get("job")));
            }
        }
        dropped = List.copyOf(newlyDropped);
        for (var target : List.copyOf(loops.keySet())) {
            if (!wanted.containsKey(target)) {
                end(target);
            }
        }
        wanted.keySet().forEach(this::begin);
    }

    private void begin(Target target) {
        if (!loops.containsKey(target)) {
            var scraper = new Scraper(target, call, store, time, log);
            long seed = target.labels().hashCode() * 31L + target.uri().hashCode();
            var times = new EvenTimes(time, "scrape " + target.uri(), target.job().interval(), seed, scraper::scrape);
            loops.put(target, new Loop(scraper, times));
            if (started) {
                times.start();
            }
        }
    }

    private void end(Target target) {
        var loop = loops.remove(target);
        if (loop != null) {
            loop.times().close();
            loop.scraper().end();
        }
    }

    /// Scrapes every target once, now. Tests call this instead of {@link #start}.
    public void scrapeAll() throws InterruptedException {
        for (var scraper : scrapers()) {
            scraper.scrape(time.now());
        }
    }

    private synchronized List<Scraper> scrapers() {
        return loops.values().stream().map(Loop::scraper).toList();
    }

    public List<TargetView> targets() {
        return scrapers().stream().map(Scraping::view).toList();
    }

    private static TargetView view(Scraper scraper) {
        var target = scraper.target();
        var status = scraper.status();
        return new TargetView(
                target.discovered(), target.labels(), target.job().name(), target.uri().toString(), status.problem().orElse(""),
                status.last(), status.took(), status.health(), target.job().interval(), target.job().timeout());
    }

    public synchronized List<TargetView.Dropped> dropped() {
        return dropped;
    }

    public List<TargetView.Metadata> metadata() {
        var all = new ArrayList<TargetView.Metadata>();
        for (var scraper : scrapers()) {
            scraper.metadata().forEach((metric, about) -> all.add(
                    new TargetView.Metadata(scraper.target().labels(), metric, about.type(), about.help(), about.unit())));
        }
        return all;
    }

    /// Stops scraping. No stale markers are written: after a restart the series go on.
    @Override
    public void close() {
        List<Loop> last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = List.copyOf(loops.values());
            loops.clear();
        }
        running.close();
        last.forEach(loop -> loop.times().close());
        call.close();
    }
}
