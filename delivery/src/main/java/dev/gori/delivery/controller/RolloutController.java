package dev.gori.delivery.controller;

import dev.gori.delivery.record.BlockedVersion;
import dev.gori.delivery.record.ChangeLinkKind;
import dev.gori.delivery.record.ChangeRecord;
import dev.gori.delivery.record.ChangeVerdict;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.ObservationRound;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.RolloutRequest;
import dev.gori.delivery.rollout.NextAction;
import dev.gori.delivery.rollout.RolloutEvent;
import dev.gori.delivery.rollout.RolloutState;
import dev.gori.delivery.rollout.RolloutStateMachine;
import dev.gori.delivery.rollout.RolloutStep;
import dev.gori.delivery.rollout.Verdict;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;

/// Runs the rollouts of one environment. It saves each state before the state's step begins, and
/// each step may safely run twice, so a killed process continues where it stopped. One rollout of a
/// variant is in progress at a time; the others wait in the order of their creation.
public final class RolloutController implements AutoCloseable {

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private static final int MOST_WAITING = 20;

  /// The prefix of the fact with a variant's last good version, such as `last_good_A`. Its value is
  /// `MODEL/VERSION`, in older databases `VERSION`.
  private static final String LAST_GOOD = "last_good_";

  private final DeliveryStore records;
  private final RolloutStateMachine withoutLastGood;
  private final RolloutStateMachine withLastGood;
  private final RolloutSteps forward;
  private final RollbackSteps backward;
  private final Observation observation;
  private final RolloutAlerts alerts;
  private final Time time;
  private final Logger log;
  private final BiConsumer<RolloutRecord, RolloutState> observer;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<String, Time.Handle> waiting = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// @param observer called for a new rollout and after each change of phase is saved
  public RolloutController(
      DeliveryContext context,
      RolloutConfig rules,
      AlertOutbox outbox,
      BiConsumer<RolloutRecord, RolloutState> observer) {
    this.records = context.records();
    this.time = context.time();
    this.log = context.log();
    this.observer = observer;
    this.withLastGood = new RolloutStateMachine(rules.policy(), true);
    this.withoutLastGood = new RolloutStateMachine(rules.policy(), false);
    this.forward =
        new RolloutSteps(
            context.environment(), context.git(), context.gateway(), context.registry(), rules);
    this.backward =
        new RollbackSteps(
            context.gateway(),
            context.registry(),
            new RevertCommit(context.environment(), context.git()),
            records,
            rules,
            time);
    this.observation = new Observation(context.gateway(), context.metrics(), rules, time);
    this.alerts = new RolloutAlerts(context.environment(), outbox, records, rules.alertFor());
  }

  /// Resumes every rollout that has not ended.
  public void resume() {
    for (var rollout : records.unfinished()) {
      log.info("rollout={} resumes state={}", rollout.id(), rollout.state().phase().text());
      var pause =
          stateMachine(rollout).nextAction(rollout.state()) instanceof NextAction.Observe(var wait)
              ? wait
              : Duration.ZERO;
      schedule(rollout.id(), pause);
    }
  }

  /// Starts a rollout, or returns the one that has the key.
  ///
  /// @throws FaultException CONFLICT when the version was rolled back before or the key belongs to
  ///   another version, TOO_BUSY when too many rollouts have not ended
  public RolloutRecord start(RolloutRequest request) {
    var known = records.rolloutByKey(request.key());
    if (known.isPresent()) {
      return sameOrConflict(known.get(), request);
    }
    records.blocked(request.model(), request.version()).ifPresent(RolloutController::refuse);
    if (records.unfinished().size() >= MOST_WAITING) {
      throw new FaultException(
          Fault.TOO_BUSY,
          "%d rollouts wait for their turn (expected: fewer); try again later"
              .formatted(MOST_WAITING));
    }
    var id =
        "r-%s-v%d-%s"
            .formatted(
                request.variant().toLowerCase(Locale.ROOT),
                request.version(),
                Integer.toUnsignedString((request.key() + time.millis()).hashCode(), 36));
    var rollout =
        sameOrConflict(
            records.insertIfAbsent(
                RolloutRecord.planned(id, request, lastGood(request), time.now())),
            request);
    link(rollout);
    observer.accept(rollout, rollout.state());
    schedule(rollout.id(), Duration.ZERO);
    return rollout;
  }

  private static RolloutRecord sameOrConflict(RolloutRecord known, RolloutRequest request) {
    if (known.request().version() != request.version()
        || !known.request().model().equals(request.model())) {
      throw new FaultException(
          Fault.CONFLICT,
          "key '%s' belongs to rollout %s of %s version %d (expected: a key of its own)"
              .formatted(
                  request.key(), known.id(), known.request().model(), known.request().version()));
    }
    return known;
  }

  private static void refuse(BlockedVersion block) {
    throw new FaultException(
        Fault.CONFLICT,
        "%s version %d was rolled back by %s: %s (expected: another version, or lift the block with DELETE /api/v1/blocked/%s/%d)"
            .formatted(
                block.model(),
                block.version(),
                block.rollout(),
                block.cause(),
                block.model(),
                block.version()));
  }

  /// Rolls a rollout back at a person's request.
  public RolloutRecord requestRollback(String id, String why) {
    locked(
        id,
        () ->
            step(found(id), new RolloutEvent.RollbackRequested(why, time.now()), Optional.empty()));
    schedule(id, Duration.ZERO);
    return found(id);
  }

  /// The last version, of any model, whose rollout in the variant succeeded.
  public OptionalInt lastGood(String variant) {
    return records
        .fact(LAST_GOOD + variant)
        .map(text -> text.substring(text.lastIndexOf('/') + 1))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }

  /// The last version whose rollout in the variant succeeded; empty if it belongs to another model.
  public OptionalInt lastGood(String variant, String model) {
    var text = records.fact(LAST_GOOD + variant).orElse("");
    int slash = text.lastIndexOf('/');
    return slash < 0 || text.substring(0, slash).equals(model)
        ? lastGood(variant)
        : OptionalInt.empty();
  }

  private OptionalInt lastGood(RolloutRequest request) {
    return lastGood(request.variant(), request.model());
  }

  /// Whether a rollout of the variant is in progress or waiting.
  public boolean isBusy(String variant) {
    return records.unfinished().stream()
        .anyMatch(rollout -> rollout.request().variant().equals(variant));
  }

  private RolloutRecord found(String id) {
    return records
        .rollout(id)
        .orElseThrow(
            () -> FaultException.notFound("rollout '%s': there is none of this id".formatted(id)));
  }

  private RolloutStateMachine stateMachine(RolloutRecord rollout) {
    return rollout.previous().isPresent() ? withLastGood : withoutLastGood;
  }

  private void schedule(String id, Duration pause) {
    if (!closed) {
      var before =
          waiting.put(
              id, time.at(time.now().plus(pause), () -> locked(id, () -> turnOrTryAgain(id))));
      if (before != null) {
        before.close();
      }
    }
  }

  /// Schedules another turn after a failure, for example of the database: nothing else would
  /// continue the rollout before the next start.
  private void turnOrTryAgain(String id) {
    try {
      turn(id);
    } catch (RuntimeException | Error e) {
      log.error("rollout={} turn failed, it is tried again in {} s", id, AGAIN.toSeconds(), e);
      schedule(id, AGAIN);
    }
  }

  private void locked(String id, Runnable work) {
    var lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
    lock.lock();
    try {
      if (!closed) {
        work.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Executes the next actions immediately, until one of them requires a pause.
  private void turn(String id) {
    boolean goesOn = true;
    for (boolean waited = true; goesOn && !closed; waited = false) {
      var rollout = found(id);
      goesOn = turn(rollout, stateMachine(rollout).nextAction(rollout.state()), waited);
    }
  }

  /// @param waited whether the pause before the action is over
  /// @return whether to continue with the next action immediately
  private boolean turn(RolloutRecord rollout, NextAction work, boolean waited) {
    return switch (work) {
      case NextAction.None() -> {
        waiting.remove(rollout.id());
        next(rollout.request().variant());
        yield false;
      }
      case NextAction.AwaitTurn() -> isFirst(rollout) && begin(rollout);
      case NextAction.Attempt(var step, var pause) -> {
        if (!waited && !pause.isZero()) {
          schedule(rollout.id(), pause);
          yield false;
        }
        attempt(rollout, step);
        yield true;
      }
      case NextAction.Observe(var pause) -> {
        if (!waited) {
          schedule(rollout.id(), pause);
          yield false;
        }
        observe(rollout);
        yield true;
      }
    };
  }

  private boolean isFirst(RolloutRecord rollout) {
    return records.unfinished().stream()
        .filter(other -> other.request().variant().equals(rollout.request().variant()))
        .findFirst()
        .filter(first -> first.id().equals(rollout.id()))
        .isPresent();
  }

  private void next(String variant) {
    records.unfinished().stream()
        .filter(
            rollout ->
                rollout.request().variant().equals(variant)
                    && rollout.state() instanceof RolloutState.Planned)
        .findFirst()
        .ifPresent(rollout -> schedule(rollout.id(), Duration.ZERO));
  }

  /// Reads the last good version only now: an earlier rollout may have changed it.
  private boolean begin(RolloutRecord rollout) {
    var request = rollout.request();
    var block = records.blocked(request.model(), request.version());
    var current = rollout.withPrevious(lastGood(request));
    if (block.isPresent()) {
      step(
          current,
          new RolloutEvent.RollbackRequested(
              "the version was rolled back by " + block.get().rollout(), time.now()),
          Optional.empty());
    } else {
      step(current, new RolloutEvent.Started(), Optional.empty());
    }
    return true;
  }

  private void attempt(RolloutRecord rollout, RolloutStep step) {
    var current = rollout;
    try {
      if (step == RolloutStep.COMMIT) {
        current = forward.beforeCommit(rollout);
        records.save(current, Optional.empty(), Optional.empty());
      }
      current = work(current, step);
    } catch (FaultException e) {
      failed(
          current.withFact(RolloutFact.LAST_FAILURE, e.reason()),
          step,
          e.reason(),
          isAnswer(e.fault()));
      return;
    } catch (RuntimeException e) {
      log.error("rollout={} step={} failed", rollout.id(), step, e);
      failed(
          current.withFact(RolloutFact.LAST_FAILURE, String.valueOf(e)),
          step,
          String.valueOf(e),
          false);
      return;
    }
    step(current, new RolloutEvent.Done(step, time.now()), Optional.empty());
  }

  private RolloutRecord work(RolloutRecord rollout, RolloutStep step) {
    return switch (step) {
      case DEPLOY -> forward.deploy(rollout);
      case SMOKE -> forward.smoke(rollout);
      case COMMIT -> forward.commit(rollout);
      case RELOAD -> forward.reload(rollout);
      case UNSTAGE -> forward.unstage(rollout);
      case UNPIN -> backward.unpin(rollout);
      case TRAFFIC_BACK -> backward.traffic(rollout);
      case ALIAS_BACK -> backward.alias(rollout);
      case REVERT -> backward.revert(rollout);
    };
  }

  private void failed(RolloutRecord rollout, RolloutStep step, String why, boolean isAnswer) {
    log.warn(
        "rollout={} step={} failed, {}: {}",
        rollout.id(),
        step,
        isAnswer ? "refused" : "tried again",
        why);
    step(
        rollout,
        isAnswer
            ? new RolloutEvent.Refused(step, why, time.now())
            : new RolloutEvent.Unreachable(step, why, time.now()),
        Optional.empty());
  }

  /// Whether the other role rejected the request, so that a retry does not help.
  private static boolean isAnswer(Fault fault) {
    return switch (fault.blame()) {
      case CALLER, US -> true;
      case LOAD, OTHER_SYSTEM, OPERATOR -> false;
    };
  }

  private void observe(RolloutRecord rollout) {
    if (rollout.state() instanceof RolloutState.Observing watching) {
      var verdict = observation.measure(rollout, watching);
      var now = time.now();
      var why = verdict instanceof Verdict.Missing(var missing, _) ? missing : "";
      step(
          rollout.withFact(RolloutFact.LAST_MISSING, why),
          new RolloutEvent.Judged(verdict, now),
          Optional.of(new ObservationRound(now, verdict.kind(), verdict.evidence())));
    }
  }

  private void step(RolloutRecord rollout, RolloutEvent event, Optional<ObservationRound> round) {
    var before = rollout.state();
    var machine = stateMachine(rollout);
    var next =
        StageUpdates.update(rollout.withState(machine.next(before, event)), before, time.now());
    boolean turnsBack =
        next.state() instanceof RolloutState.RollingBack
            && !(before instanceof RolloutState.RollingBack);
    var request = rollout.request();
    var block =
        turnsBack
            ? Optional.of(
                new BlockedVersion(
                    request.model(),
                    request.version(),
                    rollout.id(),
                    next.state().cause(),
                    time.now()))
            : Optional.<BlockedVersion>empty();
    if (next.state() instanceof RolloutState.Succeeded) {
      records.fact(LAST_GOOD + request.variant(), request.model() + "/" + request.version());
    }
    var heard = beforeSaving(next, before);
    records.save(heard, round, block);
    notifyObservers(heard, before, machine);
  }

  /// Does what a crash right after the save must not lose; all of it may safely run twice.
  private RolloutRecord beforeSaving(RolloutRecord rollout, RolloutState before) {
    boolean tried =
        isUnpinned(rollout)
            || before instanceof RolloutState.RollingBack(var step, _, _, _)
                && step == RolloutStep.REVERT;
    var heard = tried ? rollout.withFact(RolloutFact.ALERTED, "yes") : rollout;
    if (tried && rollout.fact(RolloutFact.ALERTED).isEmpty()) {
      alerts.rolledBack(heard);
    }
    if (heard.state() instanceof RolloutState.RolledBack || isUnpinned(heard)) {
      alerts.rollbackIsOver(heard);
    }
    if (before.phase() != heard.state().phase()) {
      link(heard);
    }
    return heard;
  }

  /// Whether traffic was not shifted and a commit reverted the pin.
  private static boolean isUnpinned(RolloutRecord rollout) {
    return rollout.state() instanceof RolloutState.Failed
        && rollout.fact(RolloutFact.REVERT_COMMIT).isPresent();
  }

  private void notifyObservers(
      RolloutRecord rollout, RolloutState before, RolloutStateMachine machine) {
    var now = rollout.state();
    if (machine.mustRaiseHoldAlert(before, now)) {
      alerts.holding(
          rollout,
          now instanceof RolloutState.Held(var cause)
              ? cause
              : rollout.fact(RolloutFact.LAST_MISSING).orElse(""));
    }
    if (before.isHolding() && !now.isHolding() && !(now instanceof RolloutState.Held)) {
      alerts.holdIsOver(rollout, "There is data again; the rollout is " + now.phase().text());
    }
    if (before instanceof RolloutState.Held && !(now instanceof RolloutState.Held)) {
      alerts.holdIsOver(rollout, "A person decided; the rollout is " + now.phase().text());
    }
    if (before.phase() != now.phase()) {
      var request = rollout.request();
      log.info(
          "rollout={} model={} version={} state={} was={} why={}",
          rollout.id(),
          request.model(),
          request.version(),
          now.phase().text(),
          before.phase().text(),
          now.cause());
      observer.accept(rollout, before);
    }
  }

  /// Links the rollout to its changes. A change that did not cause the rollout only gets
  /// `UNCAUSED_*` links, and the rollout's outcome does not affect its verdict.
  private void link(RolloutRecord rollout) {
    var request = rollout.request();
    if (request.isCause()) {
      records.change(request.commit(), change -> linked(change, rollout));
    } else if (!request.commit().isEmpty()) {
      records.change(
          request.commit(),
          change ->
              change
                  .withLink(ChangeLinkKind.UNCAUSED_RUN, request.pipelineRun())
                  .withLink(ChangeLinkKind.UNCAUSED_ROLLOUT, rollout.id()));
    }
    rollout
        .fact(RolloutFact.PIN_COMMIT)
        .ifPresent(commit -> records.change(commit, change -> linked(change, rollout)));
  }

  private static ChangeRecord linked(ChangeRecord change, RolloutRecord rollout) {
    var request = rollout.request();
    var linked =
        change
            .withLink(ChangeLinkKind.ROLLOUT, rollout.id())
            .withLink(ChangeLinkKind.MODEL_VERSION, request.model() + "/" + request.version())
            .withLink(ChangeLinkKind.PIPELINE_RUN, request.pipelineRun())
            .withLink(ChangeLinkKind.RUN_ID, request.runId())
            .withLink(ChangeLinkKind.FEATURE_VERSION, request.featureVersion())
            .withLink(
                ChangeLinkKind.REVERT_COMMIT, rollout.fact(RolloutFact.REVERT_COMMIT).orElse(""));
    if (rollout.fact(RolloutFact.ALERTED).isPresent()) {
      linked = linked.withLink(ChangeLinkKind.ALERT, "RolloutRolledBack");
    }
    return rollout.state() instanceof RolloutState.RolledBack || isUnpinned(rollout)
        ? linked.withVerdict(ChangeVerdict.ROLLED_BACK, change.problems())
        : linked;
  }

  /// Waits for the steps in progress; planned rollouts remain for the next start.
  @Override
  public void close() {
    closed = true;
    waiting.values().forEach(Time.Handle::close);
    for (var lock : locks.values()) {
      if (!lock.isHeldByCurrentThread()) {
        lock.lock();
        lock.unlock();
      }
    }
  }
}
