package dev.gori.delivery.rollouts;

import dev.gori.delivery.record.BlockedVersion;
import dev.gori.delivery.record.ChangeRecord;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.ObservationRound;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.RolloutRequest;
import dev.gori.delivery.rollout.Event;
import dev.gori.delivery.rollout.NextAction;
import dev.gori.delivery.rollout.RolloutStateMachine;
import dev.gori.delivery.rollout.State;
import dev.gori.delivery.rollout.Step;
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

/// The rollouts of one environment. Each state is on the disk before its step begins, and each step
/// may be done twice, so a process that is killed goes on where it was. One rollout of a variant is
/// under way at a time; others wait in the order in which they came.
public final class Rollouts implements AutoCloseable {

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private static final int MOST_WAITING = 20;

  /// The version that each variant served well last, by `last_good_A`: `MODEL/VERSION`, before also
  /// `VERSION`.
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
  private final BiConsumer<RolloutRecord, State> observer;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<String, Time.Handle> waiting = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// @param observer hears of every change of state, after it is on the disk
  public Rollouts(
      DeliveryContext ground,
      RolloutRules rules,
      OpenAlerts book,
      BiConsumer<RolloutRecord, State> observer) {
    this.records = ground.records();
    this.time = ground.time();
    this.log = ground.log();
    this.observer = observer;
    this.withLastGood = new RolloutStateMachine(rules.policy(), true);
    this.withoutLastGood = new RolloutStateMachine(rules.policy(), false);
    this.forward =
        new RolloutSteps(
            ground.environment(), ground.git(), ground.gateway(), ground.registry(), rules);
    this.backward =
        new RollbackSteps(
            ground.gateway(),
            ground.registry(),
            new RevertCommit(ground.environment(), ground.git()),
            records,
            rules,
            time);
    this.observation = new Observation(ground.gateway(), ground.metrics(), rules, time);
    this.alerts = new RolloutAlerts(ground.environment(), book, records, rules.alertFor());
  }

  /// Goes on with everything that had not ended.
  public void resume() {
    for (var rollout : records.unfinished()) {
      log.info("rollout={} resumes state={}", rollout.id(), rollout.state().label());
      var pause =
          course(rollout).work(rollout.state()) instanceof NextAction.Look(var wait)
              ? wait
              : Duration.ZERO;
      schedule(rollout.id(), pause);
    }
  }

  /// Starts a rollout, or gives the one that the key started before.
  ///
  /// @throws FaultException CONFLICT when the version was rolled back before or the key belongs to
  ///   another version, TOO_BUSY when too many wait
  public RolloutRecord start(RolloutRequest wanted) {
    var known = records.rolloutByKey(wanted.key());
    if (known.isPresent()) {
      return sameOrConflict(known.get(), wanted);
    }
    records.blocked(wanted.model(), wanted.version()).ifPresent(Rollouts::refuse);
    if (records.unfinished().size() >= MOST_WAITING) {
      throw new FaultException(
          Fault.TOO_BUSY,
          "%d rollouts wait for their turn (expected: fewer); try again later"
              .formatted(MOST_WAITING));
    }
    var id =
        "r-%s-v%d-%s"
            .formatted(
                wanted.variant().toLowerCase(Locale.ROOT),
                wanted.version(),
                Integer.toUnsignedString((wanted.key() + time.millis()).hashCode(), 36));
    var rollout =
        sameOrConflict(
            records.enter(RolloutRecord.planned(id, wanted, lastGood(wanted), time.now())), wanted);
    link(rollout);
    observer.accept(rollout, rollout.state());
    schedule(rollout.id(), Duration.ZERO);
    return rollout;
  }

  private static RolloutRecord sameOrConflict(RolloutRecord known, RolloutRequest wanted) {
    if (known.wanted().version() != wanted.version()
        || !known.wanted().model().equals(wanted.model())) {
      throw new FaultException(
          Fault.CONFLICT,
          "key '%s' belongs to rollout %s of %s version %d (expected: a key of its own)"
              .formatted(
                  wanted.key(), known.id(), known.wanted().model(), known.wanted().version()));
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

  /// Makes a rollout go back, as a person wishes.
  public RolloutRecord callOff(String id, String why) {
    locked(id, () -> step(found(id), new Event.CalledOff(why, time.now()), Optional.empty()));
    schedule(id, Duration.ZERO);
    return found(id);
  }

  /// The version that a variant served well last, of whatever model.
  public OptionalInt lastGood(String variant) {
    return records
        .fact(LAST_GOOD + variant)
        .map(text -> text.substring(text.lastIndexOf('/') + 1))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }

  /// The version of a model that a variant served well last; empty when that was another model.
  public OptionalInt lastGood(String variant, String model) {
    var text = records.fact(LAST_GOOD + variant).orElse("");
    int slash = text.lastIndexOf('/');
    return slash < 0 || text.substring(0, slash).equals(model)
        ? lastGood(variant)
        : OptionalInt.empty();
  }

  private OptionalInt lastGood(RolloutRequest wanted) {
    return lastGood(wanted.variant(), wanted.model());
  }

  /// Whether a rollout of the variant is under way or waits.
  public boolean isBusy(String variant) {
    return records.unfinished().stream()
        .anyMatch(rollout -> rollout.wanted().variant().equals(variant));
  }

  private RolloutRecord found(String id) {
    return records
        .rollout(id)
        .orElseThrow(
            () -> FaultException.notFound("rollout '%s': there is none of this id".formatted(id)));
  }

  private RolloutStateMachine course(RolloutRecord rollout) {
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

  /// A turn that fails, because the records cannot be written or for any other reason, must not be
  /// the last one: nothing else would take the rollout on before the next start.
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

  /// Does what the state asks for, and goes on at once as long as nothing has to be waited for.
  private void turn(String id) {
    boolean goesOn = true;
    for (boolean waited = true; goesOn && !closed; waited = false) {
      var rollout = found(id);
      goesOn = turn(rollout, course(rollout).work(rollout.state()), waited);
    }
  }

  /// @param waited whether the pause before the work is over
  /// @return whether there may be more to do at once
  private boolean turn(RolloutRecord rollout, NextAction work, boolean waited) {
    return switch (work) {
      case NextAction.Nothing() -> {
        waiting.remove(rollout.id());
        next(rollout.wanted().variant());
        yield false;
      }
      case NextAction.Wait() -> isFirst(rollout) && begin(rollout);
      case NextAction.Do(var step, var pause) -> {
        if (!waited && !pause.isZero()) {
          schedule(rollout.id(), pause);
          yield false;
        }
        attempt(rollout, step);
        yield true;
      }
      case NextAction.Look(var pause) -> {
        if (!waited) {
          schedule(rollout.id(), pause);
          yield false;
        }
        look(rollout);
        yield true;
      }
    };
  }

  private boolean isFirst(RolloutRecord rollout) {
    return records.unfinished().stream()
        .filter(other -> other.wanted().variant().equals(rollout.wanted().variant()))
        .findFirst()
        .filter(first -> first.id().equals(rollout.id()))
        .isPresent();
  }

  private void next(String variant) {
    records.unfinished().stream()
        .filter(
            rollout ->
                rollout.wanted().variant().equals(variant)
                    && rollout.state() instanceof State.Planned)
        .findFirst()
        .ifPresent(rollout -> schedule(rollout.id(), Duration.ZERO));
  }

  /// What counts as the last good version is known only when the turn has come.
  private boolean begin(RolloutRecord rollout) {
    var wanted = rollout.wanted();
    var block = records.blocked(wanted.model(), wanted.version());
    var current = rollout.back(lastGood(wanted));
    if (block.isPresent()) {
      step(
          current,
          new Event.CalledOff(
              "the version was rolled back by " + block.get().rollout(), time.now()),
          Optional.empty());
    } else {
      step(current, new Event.Begun(), Optional.empty());
    }
    return true;
  }

  private void attempt(RolloutRecord rollout, Step step) {
    var current = rollout;
    try {
      if (step == Step.COMMIT) {
        current = forward.beforeCommit(rollout);
        records.save(current, Optional.empty(), Optional.empty());
      }
      current = work(current, step);
    } catch (FaultException e) {
      failed(current.fact("last_failure", e.reason()), step, e.reason(), isAnswer(e.fault()));
      return;
    } catch (RuntimeException e) {
      log.error("rollout={} step={} failed", rollout.id(), step, e);
      failed(current.fact("last_failure", String.valueOf(e)), step, String.valueOf(e), false);
      return;
    }
    step(current, new Event.Done(step, time.now()), Optional.empty());
  }

  private RolloutRecord work(RolloutRecord rollout, Step step) {
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

  private void failed(RolloutRecord rollout, Step step, String why, boolean isAnswer) {
    log.warn(
        "rollout={} step={} failed, {}: {}",
        rollout.id(),
        step,
        isAnswer ? "refused" : "tried again",
        why);
    step(
        rollout,
        isAnswer ? new Event.Refused(step, why, time.now()) : new Event.Away(step, why, time.now()),
        Optional.empty());
  }

  /// Whether the other side has answered no, so that asking again is of no use.
  private static boolean isAnswer(Fault fault) {
    return switch (fault.blame()) {
      case CALLER, US -> true;
      case LOAD, OTHER_SYSTEM, OPERATOR -> false;
    };
  }

  private void look(RolloutRecord rollout) {
    if (rollout.state() instanceof State.Observing watching) {
      var verdict = observation.look(rollout, watching);
      var now = time.now();
      var why = verdict instanceof Verdict.Missing(var missing, _) ? missing : "";
      step(
          rollout.fact("last_missing", why),
          new Event.Judged(verdict, now),
          Optional.of(new ObservationRound(now, verdict.label(), verdict.evidence())));
    }
  }

  private void step(RolloutRecord rollout, Event event, Optional<ObservationRound> round) {
    var before = rollout.state();
    var course = course(rollout);
    var next = Stages.moved(rollout.in(course.decide(before, event)), before, time.now());
    boolean turnsBack =
        next.state() instanceof State.RollingBack && !(before instanceof State.RollingBack);
    var wanted = rollout.wanted();
    var block =
        turnsBack
            ? Optional.of(
                new BlockedVersion(
                    wanted.model(), wanted.version(), rollout.id(), next.state().why(), time.now()))
            : Optional.<BlockedVersion>empty();
    if (next.state() instanceof State.Succeeded) {
      records.fact(LAST_GOOD + wanted.variant(), wanted.model() + "/" + wanted.version());
    }
    var heard = beforeSaving(next, before);
    records.save(heard, round, block);
    tell(heard, before, course);
  }

  /// What must not be lost when the process is killed right after the state was saved; all of it
  /// may be done twice.
  private RolloutRecord beforeSaving(RolloutRecord rollout, State before) {
    boolean tried =
        isUnpinned(rollout)
            || before instanceof State.RollingBack(var step, _, _, _) && step == Step.REVERT;
    var heard = tried ? rollout.fact("alerted", "yes") : rollout;
    if (tried && rollout.fact("alerted").isEmpty()) {
      alerts.rolledBack(heard);
    }
    if (heard.state() instanceof State.RolledBack || isUnpinned(heard)) {
      alerts.rollbackIsOver(heard);
    }
    if (!before.label().equals(heard.state().label())) {
      link(heard);
    }
    return heard;
  }

  /// Whether nothing was shifted, and Git says again what serves.
  private static boolean isUnpinned(RolloutRecord rollout) {
    return rollout.state() instanceof State.Failed && rollout.fact("revert_commit").isPresent();
  }

  private void tell(RolloutRecord rollout, State before, RolloutStateMachine course) {
    var now = rollout.state();
    if (course.raisesAlert(before, now)) {
      alerts.holding(
          rollout,
          now instanceof State.Held(var cause) ? cause : rollout.fact("last_missing").orElse(""));
    }
    if (before.isHolding() && !now.isHolding() && !(now instanceof State.Held)) {
      alerts.holdIsOver(rollout, "There is data again; the rollout is " + now.label());
    }
    if (before instanceof State.Held && !(now instanceof State.Held)) {
      alerts.holdIsOver(rollout, "A person decided; the rollout is " + now.label());
    }
    if (!before.label().equals(now.label())) {
      var wanted = rollout.wanted();
      log.info(
          "rollout={} model={} version={} state={} was={} why={}",
          rollout.id(),
          wanted.model(),
          wanted.version(),
          now.label(),
          before.label(),
          now.why());
      observer.accept(rollout, before);
    }
  }

  /// Ties the rollout to the changes that it belongs to. A commit that did not cause it only knows
  /// of it: what comes of it is not blamed on that commit.
  private void link(RolloutRecord rollout) {
    var wanted = rollout.wanted();
    if (wanted.isCause()) {
      records.change(wanted.commit(), change -> linked(change, rollout));
    } else if (!wanted.commit().isEmpty()) {
      records.change(
          wanted.commit(),
          change ->
              change
                  .linked("uncaused_run", wanted.pipelineRun())
                  .linked("uncaused_rollout", rollout.id()));
    }
    rollout
        .fact("pin_commit")
        .ifPresent(commit -> records.change(commit, change -> linked(change, rollout)));
  }

  private static ChangeRecord linked(ChangeRecord change, RolloutRecord rollout) {
    var wanted = rollout.wanted();
    var linked =
        change
            .linked("rollout", rollout.id())
            .linked("model_version", wanted.model() + "/" + wanted.version())
            .linked("pipeline_run", wanted.pipelineRun())
            .linked("run_id", wanted.runId())
            .linked("feature_version", wanted.featureVersion())
            .linked("revert_commit", rollout.fact("revert_commit").orElse(""));
    if (rollout.fact("alerted").isPresent()) {
      linked = linked.linked("alert", "RolloutRolledBack");
    }
    return rollout.state() instanceof State.RolledBack || isUnpinned(rollout)
        ? linked.judged("rolled_back", change.problems())
        : linked;
  }

  /// Waits for the steps that are under way; what is planned stays for the next start.
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
