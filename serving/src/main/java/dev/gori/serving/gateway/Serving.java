package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.gateway.StateFile.Bound;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/// Maintains the variants with their models and the traffic policy.
///
/// A reload fetches, loads, checks and warms up the version, writes the state, then swaps. If a
/// step before the swap fails, the variant keeps its model. After a crash between the write and the
/// swap, the gateway restarts with the new version, which has passed its checks by then.
final class Serving implements AutoCloseable {

  /// A request to reload a variant.
  ///
  /// @param model the registered model; empty: the gateway's model
  /// @param version empty: the version that the alias points to
  /// @param alias empty: the variant's alias
  /// @param commit may be empty
  record ReloadRequest(
      Optional<String> model, OptionalInt version, Optional<String> alias, String commit) {}

  /// @param previous the version that served before
  record Reloaded(Loaded loaded, OptionalInt previous, Duration load, Duration warmup) {}

  private final GatewaySettings settings;
  private final Loader loader;
  private final ModelSource registry;
  private final ModelCache cache;
  private final StateFile file;
  private final GatewayMetrics metrics;
  private final Logger log;
  private final Map<String, Variant> variants = new LinkedHashMap<>();
  private final AtomicReference<Traffic> traffic;
  private final ReentrantLock writing = new ReentrantLock();
  private StateFile.State state;

  Serving(
      GatewaySettings settings,
      Loader loader,
      ModelSource registry,
      ModelCache cache,
      StateFile file,
      GatewayMetrics metrics,
      Deadlines deadlines,
      Logger log)
      throws IOException {
    this.settings = settings;
    this.loader = loader;
    this.registry = registry;
    this.cache = cache;
    this.file = file;
    this.metrics = metrics;
    this.log = log;
    for (var name : settings.variants()) {
      variants.put(
          name,
          new Variant(
              name,
              new ConcurrencyLimiter(
                  name, settings.concurrency(), settings.queue(), settings.queueWait()),
              new InferenceSession(name, deadlines, settings.predictionDeadline())));
    }
    this.state = file.read();
    this.traffic = new AtomicReference<>(restoredTraffic());
  }

  private Traffic restoredTraffic() {
    var saved = state.traffic();
    if (saved == null) {
      return new Traffic.Single(settings.variants().getFirst());
    }
    try {
      return Traffic.read(saved, settings.variants());
    } catch (FaultException e) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT,
          "%s: %s; restore the file, or take 'traffic' out of it: delivery then sets what Git declares"
              .formatted(file, e.reason()),
          e);
    }
  }

  Traffic traffic() {
    return traffic.get();
  }

  Collection<Variant> variants() {
    return variants.values();
  }

  /// @throws FaultException NOT_FOUND
  Variant variant(String name) {
    var variant = variants.get(name);
    if (variant == null) {
      throw FaultException.notFound(
          "no variant '%s' (expected: one of %s)".formatted(name, variants.keySet()));
    }
    return variant;
  }

  /// The variant whose model's headers go into responses that no single model produced.
  Variant primary() {
    return variant(traffic().variants().getFirst());
  }

  /// Why the gateway cannot serve the traffic policy; empty if it can.
  Optional<String> notReady() {
    var reasons =
        traffic().variants().stream()
            .map(name -> variant(name).notReady())
            .filter(Objects::nonNull)
            .toList();
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
  }

  /// Loads the models that served before the gateway stopped. If one cannot be loaded, its variant
  /// stays empty and keeps the reason.
  ///
  /// @return false if a model could not be loaded
  boolean restore() {
    boolean all = true;
    for (var entry : state.variants().entrySet()) {
      var variant = variants.get(entry.getKey());
      if (variant == null || variant.current() != null) {
        continue;
      }
      var bound = entry.getValue();
      if (bound.model().equals(settings.model())) {
        all &= restore(variant, bound);
      } else {
        variant.emptyBecause(
            "%s version %d served before the restart, and this gateway serves %s now (environment.yaml: gateway.model)"
                .formatted(bound.model(), bound.version(), settings.model()));
      }
    }
    return all;
  }

  private boolean restore(Variant variant, Bound bound) {
    variant.reload().lock();
    try {
      if (variant.current() == null) {
        var ready = loader.load(variant.name(), bound.model(), bound.version(), bound.commit());
        put(variant, ready.loaded());
        log.info(
            "restored variant={} version={} run_id={}",
            variant.name(),
            bound.version(),
            ready.loaded().runId());
      }
      return true;
    } catch (FaultException | IOException e) {
      variant.emptyBecause(
          "version %d served before the restart and cannot be loaded: %s"
              .formatted(bound.version(), e.getMessage()));
      log.warn(
          "restore failed variant={} version={}: {}",
          variant.name(),
          bound.version(),
          e.getMessage());
      return false;
    } finally {
      variant.reload().unlock();
    }
  }

  /// @throws FaultException as {@link Loader#load}; the variant then keeps its model
  Reloaded reload(String name, ReloadRequest wish) {
    var variant = variant(name);
    variant.reload().lock();
    long began = System.nanoTime();
    boolean done = false;
    try {
      var reloaded = swap(variant, wish);
      done = true;
      metrics.reloadTook((System.nanoTime() - began) / 1e9);
      log.info(
          "reload variant={} version={} previous={} run_id={} load_ms={} warmup_ms={}",
          name,
          reloaded.loaded().version(),
          reloaded.previous().isPresent() ? reloaded.previous().getAsInt() : "-",
          reloaded.loaded().runId(),
          reloaded.load().toMillis(),
          reloaded.warmup().toMillis());
      return reloaded;
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "the gateway's own disk failed; variant %s is left as it is: %s".formatted(name, e),
          e);
    } finally {
      metrics.reloaded(name, done);
      variant.reload().unlock();
    }
  }

  private Reloaded swap(Variant variant, ReloadRequest wish) throws IOException {
    var model = settings.model();
    wish.model()
        .filter(wanted -> !wanted.equals(model))
        .ifPresent(
            wanted -> {
              throw new FaultException(
                  Fault.CONFLICT,
                  "model '%s': this gateway serves versions of '%s' alone (expected: that one, or 'model: %s' in the section gateway of environment.yaml and a restart)"
                      .formatted(wanted, model, wanted));
            });
    int version =
        wish.version().isPresent()
            ? wish.version().getAsInt()
            : registry.version(model, wish.alias().orElse(settings.alias(variant.name())));
    var ready = loader.load(variant.name(), model, version, wish.commit());
    var before = variant.current();
    var previous = before == null ? OptionalInt.empty() : OptionalInt.of(before.version());
    try {
      int lastGood =
          before == null || before.version() == version
              ? previousOf(variant.name())
              : before.version();
      write(variant.name(), new Bound(model, version, wish.commit(), lastGood));
    } catch (IOException | RuntimeException e) {
      ready.loaded().model().close();
      throw e;
    }
    put(variant, ready.loaded());
    prune(model);
    return new Reloaded(ready.loaded(), previous, ready.load(), ready.warmup());
  }

  private void put(Variant variant, Loaded loaded) {
    var before = variant.current();
    variant.swap(loaded);
    if (before != null) {
      metrics.servesNoMore(before);
    }
    metrics.serves(loaded);
  }

  /// Unloads the model of a variant that gets no traffic.
  void unload(String name) {
    var variant = variant(name);
    if (traffic().variants().contains(name)) {
      throw new FaultException(
          Fault.CONFLICT,
          "variant %s gets traffic (expected: one that gets none; change the traffic first)"
              .formatted(name));
    }
    variant.reload().lock();
    try {
      writing.lock();
      try {
        state = written(state.without(name));
      } finally {
        writing.unlock();
      }
      var before = variant.current();
      variant.emptyBecause("it was unloaded; POST /variant/%s/reload".formatted(name));
      variant.swap(null);
      if (before != null) {
        metrics.servesNoMore(before);
      }
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "the gateway's own disk failed; variant %s is left as it is: %s".formatted(name, e),
          e);
    } finally {
      variant.reload().unlock();
    }
  }

  /// @throws FaultException CONFLICT when the policy needs a variant that has no model, while
  ///   another one serves
  void setTraffic(Traffic next) {
    boolean anyLoaded = variants.values().stream().anyMatch(variant -> variant.current() != null);
    for (var name : next.variants()) {
      var reason = variant(name).notReady();
      if (anyLoaded && reason != null) {
        throw new FaultException(
            Fault.CONFLICT, "the policy needs a model that is not loaded: " + reason);
      }
    }
    writing.lock();
    try {
      state = written(state.with(Json.parse(Json.write(next.json()))));
      traffic.set(next);
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL,
          "the gateway's own disk failed; the traffic is left as it is: " + e,
          e);
    } finally {
      writing.unlock();
    }
    log.info("traffic policy={}", Json.text(next.json()));
  }

  List<Integer> cached() {
    try {
      return cache.versions(settings.model()).stream().map(ModelFile::version).toList();
    } catch (IOException e) {
      log.warn("the folder of models cannot be read: {}", e.toString());
      return List.of();
    }
  }

  private int previousOf(String variant) {
    writing.lock();
    try {
      var bound = state.variants().get(variant);
      return bound == null || !bound.model().equals(settings.model()) ? 0 : bound.previous();
    } finally {
      writing.unlock();
    }
  }

  private void write(String variant, Bound bound) throws IOException {
    writing.lock();
    try {
      state = written(state.with(variant, bound));
    } finally {
      writing.unlock();
    }
  }

  private StateFile.State written(StateFile.State next) throws IOException {
    file.write(next);
    return next;
  }

  private void prune(String model) {
    var inUse = new HashSet<Integer>();
    writing.lock();
    try {
      state
          .variants()
          .values()
          .forEach(bound -> inUse.addAll(List.of(bound.version(), bound.previous())));
    } finally {
      writing.unlock();
    }
    try {
      cache.prune(model, settings.keepVersions(), inUse);
    } catch (IOException e) {
      log.warn("old models cannot be deleted: {}", e.toString());
    }
  }

  @Override
  public void close() {
    variants.values().forEach(Variant::close);
  }
}
