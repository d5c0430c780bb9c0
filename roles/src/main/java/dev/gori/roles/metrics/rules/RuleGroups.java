package dev.gori.roles.metrics.rules;

import dev.gori.engines.promql.PromQl;
import dev.gori.engines.promql.PromQlException;
import dev.gori.engines.rules.AlertStates;
import dev.gori.engines.rules.RuleFile;
import dev.gori.engines.rules.RuleGroup;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.observe.SelfMetrics;
import dev.gori.roles.metrics.schedule.EvenTimes;
import dev.gori.roles.metrics.store.SampleStore;
import io.prometheus.metrics.core.metrics.Counter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// All rule groups of one environment, each evaluated at its interval.
public final class RuleGroups implements AutoCloseable {

    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final Duration TOLERANCE = Duration.ofHours(1);

    /// What holds for all groups.
    ///
    /// @param interval of groups that name none
    /// @param resend the least time between two sendings of an alert
    public record Setup(
            Duration interval, Duration resend, Optional<URI> alertmanager, Optional<String> token, Labels externalLabels, URI externalUrl) {

        /// Without the token.
        @Override
        public String toString() {
            return "Setup[interval=%s, alertmanager=%s]".formatted(interval, alertmanager);
        }
    }

    private final Setup setup;
    private final PromQl promql;
    private final SampleStore store;
    private final Time time;
    private final Logger log;
    private final AlertSender sender;
    private final Counter evaluations;
    private final Counter failures;
    private List<Running> groups = List.of();
    private boolean started;

    public RuleGroups(Setup setup, List<RuleFile> files, PromQl promql, SampleStore store, Time time, Logger log, SelfMetrics metrics) {
        this.setup = setup;
        this.promql = promql;
        this.store = store;
        this.time = time;
        this.log = log;
        this.sender = new AlertSender(setup.alertmanager(), setup.token(), setup.externalLabels(), log, metrics);
        this.evaluations = Counter.builder()
                .name("prometheus_rule_evaluations_total").help("Evaluations of rules.").labelNames("rule_group").register(metrics.registry());
        this.failures = Counter.builder()
                .name("prometheus_rule_evaluation_failures_total").help("Evaluations of rules that failed.").labelNames("rule_group").register(metrics.registry());
        this.groups = RuleFile.allGroups(files).stream().map(Running::new).toList();
    }

    public synchronized void start() {
        started = true;
        groups.forEach(group -> group.restore(time.now()));
        groups.forEach(group -> group.times.start());
        sender.start(time);
    }

    /// Replaces all groups. A rule that is in the old and the new under the same group keeps its alerts.
    public synchronized void reload(List<RuleFile> files) {
        var before = new HashMap<String, RuleRun>();
        for (var group : groups) {
            group.times.close();
            group.rules.forEach(run -> before.put(group.key(run), run));
        }
        groups = RuleFile.allGroups(files).stream().map(Running::new).toList();
        for (var group : groups) {
            for (var run : group.rules) {
                var old = before.remove(group.key(run));
                if (old != null) {
                    run.takeOver(old);
                }
            }
            if (started) {
                group.times.start();
            }
        }
        before.values().forEach(gone -> gone.end(time.now()));
    }

    /// Evaluates every group once, now, and sends what is due. Tests call this instead of {@link #start}.
    public void evaluateAll() {
        for (var group : current()) {
            group.evaluate(time.now());
        }
        sender.sendAll();
    }

    private synchronized List<Running> current() {
        return groups;
    }

    public List<GroupView> views() {
        return current().stream().map(Running::view).toList();
    }

    public Optional<URI> alertmanager() {
        return sender.uri();
    }

    public URI externalUrl() {
        return setup.externalUrl();
    }

    @Override
    public void close() {
        current().forEach(group -> group.times.close());
        sender.close();
    }

    private final class Running {
        private final RuleGroup group;
        private final Duration interval;
        private final List<RuleRun> rules = new ArrayList<>();
        private final EvenTimes times;
        private volatile Optional<Instant> last = Optional.empty();
        private volatile Duration took = Duration.ZERO;

        Running(RuleGroup group) {
            this.group = group;
            this.interval = group.interval().orElse(setup.interval());
            var templates = new RuleTemplates(setup.externalLabels(), setup.externalUrl(), this::query);
            group.rules().forEach(rule -> rules.add(new RuleRun(rule, group.limit(), templates, promql, store)));
            this.times = new EvenTimes(time, "rules " + group.name(), interval, (group.file() + ";" + group.name()).hashCode(), this::evaluate);
        }

        String key(RuleRun run) {
            var rule = run.rule();
            return String.join("\0", group.file(), group.name(), rule.getClass().getSimpleName(), rule.name(), rule.expression(), rule.labels().toString());
        }

        private List<AlertStates.Element> query(String expression) {
            try {
                return RuleRun.elements(promql.instant(promql.parse(expression), store, last.orElse(time.now())));
            } catch (PromQlException | IllegalStateException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        void restore(Instant now) {
            rules.forEach(rule -> rule.restore(now, GRACE, TOLERANCE));
        }

        void evaluate(Instant at) {
            last = Optional.of(at);
            long began = System.nanoTime();
            var asOf = at.minus(group.queryOffset().orElse(Duration.ZERO));
            for (var rule : rules) {
                evaluations.labelValues(group.name()).inc();
                var before = rule.view().lastError();
                var problem = rule.evaluate(at, asOf);
                if (problem != null) {
                    failures.labelValues(group.name()).inc();
                    if (before.isEmpty()) {
                        log.warn("rule failed group={} rule={}: {}", group.name(), rule.rule().name(), problem);
                    }
                }
                rule.states().ifPresent(states -> sender.enqueue(
                        states.takeDue(at, setup.resend(), interval), GeneratorUrl.of(setup.externalUrl(), rule.rule().expression())));
            }
            took = Duration.ofNanos(System.nanoTime() - began);
        }

        GroupView view() {
            return new GroupView(group, interval, last, took, rules.stream().map(RuleRun::view).toList());
        }
    }
}
