package dev.gori.metrics.scrape;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.client.TargetHttpClients;
import io.prometheus.metrics.core.metrics.Counter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import tools.jackson.databind.JsonNode;

/// HTTP service discovery. Each list is fetched on its own thread when its refresh interval has
/// passed; if that fails, the previous targets stay. Thread-safe.
final class HttpDiscovery implements AutoCloseable {

  private static final int MAX_BODY = 16 << 20;

  /// A list with its latest targets.
  private static final class FetchedList {
    private final HttpCalls calls;
    private List<ScrapeJob.TargetGroup> groups = List.of();
    private Instant due = Instant.MIN;
    private boolean fetching;
    private boolean failing;

    FetchedList(HttpCalls calls) {
      this.calls = calls;
    }
  }

  private final Time time;
  private final Logger log;
  private final Runnable changed;
  private final Counter failures;
  private final Map<ScrapeJob.HttpSdConfig, FetchedList> lists = new HashMap<>();
  private boolean closed;

  HttpDiscovery(Time time, Logger log, SelfMetrics metrics, Runnable changed) {
    this.time = time;
    this.log = log;
    this.changed = changed;
    this.failures =
        Counter.builder()
            .name("prometheus_sd_http_failures_total")
            .help("Lists of targets that could not be fetched.")
            .register(metrics.registry());
  }

  /// The latest targets of a list. Starts a fetch if one is due.
  synchronized List<ScrapeJob.TargetGroup> targetGroups(ScrapeJob.HttpSdConfig list) {
    if (closed) {
      return List.of();
    }
    var fetched =
        lists.computeIfAbsent(
            list, one -> new FetchedList(TargetHttpClients.calls(one.http(), time, one.refresh())));
    if (!fetched.fetching && !time.now().isBefore(fetched.due)) {
      fetched.fetching = true;
      fetched.due = time.now().plus(list.refresh());
      Thread.ofVirtual().name("targets " + list.url()).start(() -> fetch(list, fetched));
    }
    return fetched.groups;
  }

  /// Removes lists that no job has any more.
  synchronized void keepOnly(Set<ScrapeJob.HttpSdConfig> wanted) {
    lists
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !wanted.contains(entry.getKey());
              if (gone) {
                entry.getValue().calls.close();
              }
              return gone;
            });
  }

  private void fetch(ScrapeJob.HttpSdConfig list, FetchedList fetched) {
    try {
      var answer =
          fetched.calls.get(
              list.url(),
              Map.of(
                  "Accept", "application/json",
                  "User-Agent", "gori",
                  "X-Prometheus-Refresh-Interval-Seconds",
                      String.valueOf(list.refresh().toMillis() / 1000.0)));
      fetched(fetched, groups(list, answer));
    } catch (FaultException e) {
      failed(list, fetched, e.reason());
    } catch (IllegalArgumentException e) {
      failed(list, fetched, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) { // otherwise the list would never be fetched again
      failed(list, fetched, e.toString());
    }
  }

  private void fetched(FetchedList fetched, List<ScrapeJob.TargetGroup> groups) {
    boolean isNew;
    synchronized (this) {
      fetched.fetching = false;
      fetched.failing = false;
      isNew = !closed && !fetched.groups.equals(groups);
      fetched.groups = groups;
    }
    if (isNew) {
      changed.run();
    }
  }

  private synchronized void failed(ScrapeJob.HttpSdConfig list, FetchedList fetched, String why) {
    fetched.fetching = false;
    if (!closed && lists.containsValue(fetched)) {
      failures.inc();
      if (!fetched.failing) {
        log.warn("discovery url={} failed, previous targets stay: {}", list.url(), why);
      }
      fetched.failing = true;
    }
  }

  private static List<ScrapeJob.TargetGroup> groups(
      ScrapeJob.HttpSdConfig list, ClientResponse answer) {
    expect(answer.status() == 200, "status %d (expected: 200)", answer.status());
    var type = answer.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    expect(
        type.matches("application/json(;\\s*charset=(\"utf-8\"|utf-8))?"),
        "Content-Type '%s' (expected: application/json)",
        type);
    expect(
        answer.body().length <= MAX_BODY,
        "%d bytes (expected: at most 16 MiB)",
        answer.body().length);
    var json = Json.parse(answer.body());
    expect(json.isArray(), "%s (expected: a list)", json.getNodeType());
    var groups = new ArrayList<ScrapeJob.TargetGroup>();
    for (var one : json) {
      groups.add(group(list, one));
    }
    return List.copyOf(groups);
  }

  private static ScrapeJob.TargetGroup group(ScrapeJob.HttpSdConfig list, JsonNode group) {
    expect(group.isObject(), "%s in the list (expected: targets and labels)", group);
    for (var key : group.propertyNames()) {
      expect(
          key.equals("targets") || key.equals("labels"),
          "key '%s' (expected: targets or labels)",
          key);
    }
    var addresses = new ArrayList<String>();
    for (var target : group.path("targets")) {
      expect(target.isString(), "target %s (expected: a string)", target);
      addresses.add(target.asString());
    }
    var labels = new HashMap<String, String>();
    group
        .path("labels")
        .properties()
        .forEach(
            label -> {
              expect(label.getValue().isString(), "label %s (expected: a text)", label);
              labels.put(label.getKey(), label.getValue().asString());
            });
    return new ScrapeJob.TargetGroup(
        list.url().toString(), List.copyOf(addresses), Labels.of(labels));
  }

  private static void expect(boolean ok, String otherwise, Object value) {
    if (!ok) {
      throw new IllegalArgumentException(otherwise.formatted(value));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    lists.values().forEach(one -> one.calls.close());
    lists.clear();
  }
}
