package dev.gori.delivery.controller;

import dev.gori.base.conf.Problems;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.desired.TrafficPolicy;
import dev.gori.delivery.desired.VersionRef;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.git.GitRepository;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import java.util.Optional;
import java.util.OptionalInt;

/// The forward steps of a rollout. Each may safely run twice, and returns the rollout with the
/// facts that it found.
final class RolloutSteps {

  static final String STAGING = "B";

  private final EnvironmentName environment;
  private final GitRepository git;
  private final ServingGateway gateway;
  private final ModelRegistry registry;
  private final RolloutConfig rules;
  private final PinCommit pin;

  RolloutSteps(
      EnvironmentName environment,
      GitRepository git,
      ServingGateway gateway,
      ModelRegistry registry,
      RolloutConfig rules) {
    this.environment = environment;
    this.git = git;
    this.gateway = gateway;
    this.registry = registry;
    this.rules = rules;
    this.pin = new PinCommit(environment, git);
  }

  RolloutRecord deploy(RolloutRecord rollout) {
    var request = rollout.request();
    var version =
        registry
            .version(request.model(), request.version())
            .orElseThrow(
                () ->
                    new FaultException(
                        Fault.CONFLICT,
                        "%s version %d: not in the registry"
                            .formatted(request.model(), request.version())));
    if (!version.ready()) {
      throw new FaultException(
          Fault.CONFLICT,
          "%s version %d is %s in the registry (expected: READY)"
              .formatted(request.model(), request.version(), version.status()));
    }
    if (isStagingTaken()) {
      return rollout.withFact(
          RolloutFact.DEPLOY_DETAIL,
          "not staged: variant %s answers callers; the reload itself checks and warms the version"
              .formatted(STAGING));
    }
    gateway.reload(STAGING, request.model(), request.version(), request.commit());
    return rollout
        .withFact(RolloutFact.STAGED, STAGING)
        .withFact(RolloutFact.DEPLOY_DETAIL, "loaded and warm in variant " + STAGING);
  }

  private boolean isStagingTaken() {
    return serving()
        .map(ServingFile::traffic)
        .map(TrafficPolicy::answering)
        .filter(names -> names.contains(STAGING))
        .isPresent();
  }

  private Optional<ServingFile> serving() {
    return git.head()
        .map(git::tree)
        .flatMap(tree -> tree.file(DesiredFiles.path(environment, ServingFile.PATH, tree)))
        .map(
            bytes ->
                ServingFile.read(
                    ServingFile.PATH,
                    new String(bytes, java.nio.charset.StandardCharsets.UTF_8),
                    new Problems()));
  }

  RolloutRecord smoke(RolloutRecord rollout) {
    if (rollout.fact(RolloutFact.STAGED).isEmpty()) {
      return rollout.withFact(RolloutFact.SMOKE_DETAIL, "not staged, nothing to ask");
    }
    var request = rollout.request();
    var staged = gateway.serving().variants().get(STAGING);
    if (staged == null || !staged.is(request.model(), request.version())) {
      gateway.reload(STAGING, request.model(), request.version(), request.commit());
      staged = gateway.serving().variants().get(STAGING);
    }
    int columns = staged == null ? 0 : staged.columns();
    var rows = ProbeRows.of(columns);
    var answered = gateway.probe(STAGING, rows);
    var expected = new ServingGateway.Answered(request.model(), request.version());
    if (!answered.equals(expected)) {
      throw new FaultException(
          Fault.CONFLICT,
          "the smoke test was answered by %s (expected: %s)".formatted(answered, expected));
    }
    return rollout.withFact(
        RolloutFact.SMOKE_DETAIL,
        "%d rows of %d values answered by version %d"
            .formatted(rows.length, columns, answered.version()));
  }

  /// Records the alias before the commit step moves it, so that a rollback can restore it.
  RolloutRecord beforeCommit(RolloutRecord rollout) {
    if (rollout.fact(RolloutFact.ALIAS_BEFORE).isPresent()) {
      return rollout;
    }
    var alias = registry.alias(rollout.request().model(), rules.alias());
    return rollout.withFact(
        RolloutFact.ALIAS_BEFORE, alias.isPresent() ? Integer.toString(alias.getAsInt()) : "");
  }

  RolloutRecord commit(RolloutRecord rollout) {
    var request = rollout.request();
    if (!registry.alias(request.model(), rules.alias()).equals(OptionalInt.of(request.version()))) {
      registry.pointAlias(
          request.model(), rules.alias(), request.version(), "rollout " + rollout.id());
    }
    var pinned = pin.write(rollout);
    return pinned
        .map(
            commit ->
                rollout
                    .withFact(RolloutFact.PIN_COMMIT, commit.value())
                    .withFact(
                        RolloutFact.COMMIT_DETAIL,
                        "%s points to version %d, pinned in %s"
                            .formatted(rules.alias(), request.version(), commit.brief())))
        .orElseGet(
            () ->
                rollout.withFact(
                    RolloutFact.COMMIT_DETAIL,
                    "%s points to version %d; Git declares it already"
                        .formatted(rules.alias(), request.version())));
  }

  RolloutRecord reload(RolloutRecord rollout) {
    var request = rollout.request();
    gateway.reload(
        request.variant(),
        request.model(),
        request.version(),
        rollout.fact(RolloutFact.PIN_COMMIT).orElse(request.commit()));
    return rollout.withFact(
        RolloutFact.RELOAD_DETAIL,
        "variant %s serves version %d".formatted(request.variant(), request.version()));
  }

  /// Reloads the staging variant with the version that Git declares for it, else with the last good
  /// version, so that it does not keep the failed version.
  RolloutRecord unstage(RolloutRecord rollout) {
    if (rollout.fact(RolloutFact.STAGED).isEmpty()) {
      return rollout;
    }
    var loaded = gateway.serving().variants().get(STAGING);
    var declared = declaredInStaging(rollout);
    if (loaded != null
        && loaded.is(rollout.request().model(), rollout.request().version())
        && declared.isPresent()) {
      gateway.reload(STAGING, rollout.request().model(), declared.getAsInt(), "");
    }
    return rollout;
  }

  private OptionalInt declaredInStaging(RolloutRecord rollout) {
    var binding = serving().flatMap(file -> file.variant(STAGING));
    return switch (binding.orElse(null)) {
      case VersionRef.Version(int number) -> OptionalInt.of(number);
      case VersionRef.Alias(var alias) -> registry.alias(rollout.request().model(), alias);
      case null -> rollout.previous();
    };
  }
}
