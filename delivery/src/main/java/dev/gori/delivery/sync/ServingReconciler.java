package dev.gori.delivery.sync;

import dev.gori.base.json.Json;
import dev.gori.delivery.controller.DeliveryContext;
import dev.gori.delivery.controller.ModelRegistry;
import dev.gori.delivery.controller.RolloutController;
import dev.gori.delivery.controller.ServingGateway;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.desired.VersionRef;
import dev.gori.delivery.record.DeliveryEvent;
import dev.gori.delivery.record.DeliveryEventKind;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.RolloutRequest;
import dev.gori.git.Commit;
import dev.gori.git.CommitId;
import dev.gori.kernel.fault.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Compares what the gateway serves with what Git declares. A new version of the live variant goes
/// through a rollout; the reconciler corrects every other difference immediately.
final class ServingReconciler {

  private static final String LIVE = "A";
  private static final String STAGING = "B";
  private static final String APPLIED = "serving_applied";
  private static final int LOOK_BACK = 200;

  private final DeliveryContext context;
  private final ServingGateway gateway;
  private final ModelRegistry registry;
  private final DeliveryStore records;
  private final RolloutController rollouts;
  private final Consumer<String> healed;

  /// @param healed receives a description of each correction
  ServingReconciler(DeliveryContext context, RolloutController rollouts, Consumer<String> healed) {
    this.context = context;
    this.gateway = context.gateway();
    this.registry = context.registry();
    this.records = context.records();
    this.rollouts = rollouts;
    this.healed = healed;
  }

  /// @return descriptions of the differences that remain
  List<String> reconcile(ServingFile wanted, CommitId commit) {
    var drift = new ArrayList<String>();
    try {
      if (rollouts.isBusy(LIVE)) {
        return List.of("a rollout of variant " + LIVE + " is under way");
      }
      boolean isNew = !records.fact(APPLIED).equals(Optional.of(form(wanted)));
      var serving = gateway.serving();
      live(wanted, commit, serving).ifPresent(drift::add);
      staging(wanted, serving, isNew).ifPresent(drift::add);
      traffic(wanted, serving, isNew);
      if (isNew && drift.isEmpty()) {
        records.fact(APPLIED, form(wanted));
      }
    } catch (FaultException e) {
      drift.add(e.reason());
    }
    return drift;
  }

  private static String form(ServingFile wanted) {
    return wanted.model() + " " + wanted.variants() + " " + Json.text(wanted.traffic().json());
  }

  private Optional<String> live(
      ServingFile wanted, CommitId commit, ServingGateway.Serving serving) {
    var binding = wanted.variant(LIVE);
    if (binding.isEmpty()) {
      return Optional.empty();
    }
    var version = resolved(wanted.model(), binding.get());
    if (version.isEmpty()) {
      return Optional.of(
          "variant %s: %s points to no version in the registry".formatted(LIVE, binding.get()));
    }
    var good = rollouts.lastGood(LIVE, wanted.model());
    if (good.equals(version)) {
      putBack(LIVE, wanted.model(), version.getAsInt(), serving);
      return Optional.empty();
    }
    if (records.blocked(wanted.model(), version.getAsInt()).isEmpty()
        && started(wanted, binding.get(), version.getAsInt(), commit)) {
      return Optional.of("a rollout of version %d begins".formatted(version.getAsInt()));
    }
    good.ifPresent(number -> putBack(LIVE, wanted.model(), number, serving));
    return Optional.of(
        "Git declares version %d, which did not pass its rollout; variant %s stays on %s"
            .formatted(
                version.getAsInt(),
                LIVE,
                good.isPresent() ? "version " + good.getAsInt() : "what it has"));
  }

  /// @return whether the rollout is in progress or waiting
  private boolean started(ServingFile wanted, VersionRef binding, int version, CommitId head) {
    var cause = binding instanceof VersionRef.Version ? pinnedBy(head) : Optional.<Commit>empty();
    var key =
        cause
            .map(commit -> "commit:" + commit.id() + ":" + LIVE + ":" + version)
            .orElse(
                "alias:" + binding + ":" + version + ":" + rollouts.lastGood(LIVE, wanted.model()));
    var known = registry.version(wanted.model(), version);
    var tags = known.map(ModelRegistry.Version::tags).orElse(Map.of());
    var rollout =
        rollouts.start(
            new RolloutRequest(
                wanted.model(),
                version,
                LIVE,
                tags.getOrDefault("pipeline_run", ""),
                known.map(ModelRegistry.Version::runId).orElse(""),
                tags.getOrDefault("feature_version", ""),
                cause.map(commit -> commit.id().value()).orElse(""),
                cause.isPresent(),
                key));
    return !rollout.state().isFinal();
  }

  private Optional<Commit> pinnedBy(CommitId head) {
    var path = DesiredFiles.path(context.environment(), ServingFile.PATH, context.git().tree(head));
    return context.git().log(head, LOOK_BACK).stream()
        .filter(commit -> context.git().changedBy(commit.id()).contains(path))
        .findFirst();
  }

  private Optional<String> staging(
      ServingFile wanted, ServingGateway.Serving serving, boolean isNew) {
    var binding = wanted.variant(STAGING);
    if (binding.isEmpty()) {
      return Optional.empty();
    }
    var version = resolved(wanted.model(), binding.get());
    if (version.isEmpty()) {
      return Optional.of(
          "variant %s: %s points to no version in the registry".formatted(STAGING, binding.get()));
    }
    var loaded = serving.variants().get(STAGING);
    if (loaded == null || !loaded.is(wanted.model(), version.getAsInt())) {
      gateway.reload(STAGING, wanted.model(), version.getAsInt(), "");
      if (!isNew && loaded != null && binding.get() instanceof VersionRef.Version) {
        healed.accept(
            "variant %s served version %d and was put back on %d"
                .formatted(STAGING, loaded.version(), version.getAsInt()));
      }
    }
    return Optional.empty();
  }

  private void putBack(String variant, String model, int version, ServingGateway.Serving serving) {
    var loaded = serving.variants().get(variant);
    if (loaded == null || !loaded.is(model, version)) {
      gateway.reload(variant, model, version, "");
      healed.accept(
          "variant %s served %s and was put back on version %d"
              .formatted(
                  variant, loaded == null ? "nothing" : "version " + loaded.version(), version));
    }
  }

  private void traffic(ServingFile wanted, ServingGateway.Serving serving, boolean isNew) {
    if (wanted.traffic().means(serving.traffic())) {
      return;
    }
    gateway.traffic(wanted.traffic().json());
    if (isNew) {
      records.add(
          new DeliveryEvent(
              context.time().now(),
              DeliveryEventKind.TRAFFIC,
              "traffic is " + Json.text(wanted.traffic().json())));
    } else {
      healed.accept(
          "traffic was %s and was put back to %s"
              .formatted(serving.traffic(), Json.text(wanted.traffic().json())));
    }
  }

  private OptionalInt resolved(String model, VersionRef binding) {
    return switch (binding) {
      case VersionRef.Version(int number) -> OptionalInt.of(number);
      case VersionRef.Alias(var alias) -> registry.alias(model, alias);
    };
  }
}
