package dev.gori.roles.metrics;

import dev.gori.engines.promql.Options;
import dev.gori.engines.promql.PromQl;
import dev.gori.engines.tsdb.TsdbSettings;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.http.Mount;
import dev.gori.machinery.http.Part;
import dev.gori.machinery.observe.SelfMetrics;
import dev.gori.machinery.run.Repeating;
import dev.gori.roles.metrics.store.SampleStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/// The metrics role of one environment.
public final class Metrics implements Part {

    private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

    private final MetricsSettings settings;
    private final Time time;
    private final SampleStore store;
    private final PromQl promql;
    private final Closer running = new Closer();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile MetricsConfig config;

    private Metrics(MetricsSettings settings, MetricsConfig config, Time time, SampleStore store) {
        this.settings = settings;
        this.config = config;
        this.time = time;
        this.store = store;
        this.promql = new PromQl(options(settings), time);
    }

    private static Options options(MetricsSettings settings) {
        return Options.DEFAULTS
                .withTimeout(settings.queryTimeout())
                .withLookback(settings.lookback())
                .withMaxSamples(settings.queryMaxSamples());
    }

    /// Opens the store and reads all files; nothing is scraped or judged before {@link #start}.
    ///
    /// @param folder the role's own data folder
    /// @throws dev.gori.machinery.conf.BadConfig with every problem of the files
    public static Metrics open(
            MetricsSettings settings, MetricsConfig config, Time time, Disk disk, Path folder, Logger log, SelfMetrics metrics)
            throws IOException {
        var problems = new Problems();
        check(config.scrape(), config.rules(), problems);
        problems.throwIfAny();
        var kept = new TsdbSettings(
                TsdbSettings.DEFAULTS.blockRange(), settings.retention(), settings.retentionSize(), settings.maxSeries());
        return new Metrics(settings, config, time, SampleStore.open(disk, folder, kept, time, log, metrics));
    }

    /// Reads a scrape configuration and rule files without a live role, and notes every problem as `file:line: …`.
    public static void check(MetricsConfig.TextFile scrape, List<MetricsConfig.TextFile> rules, Problems problems) {
    }

    /// Reads rule files alone.
    public static void check(List<MetricsConfig.TextFile> rules, Problems problems) {
    }

    /// Replaces scrape configuration and rules. When anything is wrong, nothing changes and the problems are returned. Alerts that both the
    /// old and the new rules have keep their state.
    public Problems reload(MetricsConfig.TextFile scrape, List<MetricsConfig.TextFile> rules) {
        var problems = new Problems();
        check(scrape, rules, problems);
        if (problems.isEmpty()) {
            config = config.with(scrape, rules);
        }
        return problems;
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public List<Mount> mounts() {
        return List.of();
    }

    @Override
    public void start() {
        running.add("housekeeping", Repeating.startAfter(HOUSEKEEPING, time, "metrics-housekeeping", HOUSEKEEPING, store::maintain));
    }

    @Override
    public Optional<String> notReady() {
        return Optional.empty();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (var last = store) {
                running.close();
            } catch (IOException e) {
                throw new UncheckedIOException("closing the store of samples", e);
            }
        }
    }
}
