package dev.gori.pipelines.dag;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Decides from the states of its direct upstream tasks when a task may start. The rules and
/// outcomes are Airflow's, including those that settle a task early: one failed upstream task makes
/// an `all_success` task `upstream_failed` before the others have ended.
///
/// A cancelled upstream task counts as failed. A task without upstream tasks may start under every
/// rule.
public enum TriggerRule {
  ALL_SUCCESS,
  ALL_FAILED,
  ALL_DONE,
  ALL_DONE_MIN_ONE_SUCCESS,
  ALL_SKIPPED,
  ONE_SUCCESS,
  ONE_FAILED,
  ONE_DONE,
  NONE_FAILED,
  NONE_FAILED_MIN_ONE_SUCCESS,
  NONE_SKIPPED,
  ALWAYS;

  /// The outcome of a rule for a task.
  public sealed interface Verdict {
    /// The task may start.
    record Ready() implements Verdict {}

    /// The outcome depends on upstream tasks that have not ended.
    record Wait() implements Verdict {}

    /// The task will never start.
    record Settle(TaskState state, String why) implements Verdict {}
  }

  private record Counts(int all, int success, int failed, int upstreamFailed, int skipped) {
    static Counts of(Collection<TaskState> upstream) {
      int success = 0;
      int failed = 0;
      int upstreamFailed = 0;
      int skipped = 0;
      for (var state : upstream) {
        switch (state) {
          case SUCCESS -> success++;
          case FAILED, CANCELLED -> failed++;
          case UPSTREAM_FAILED -> upstreamFailed++;
          case SKIPPED -> skipped++;
          case NONE, SCHEDULED, QUEUED, RUNNING, UP_FOR_RETRY, UP_FOR_RESCHEDULE -> {}
        }
      }
      return new Counts(upstream.size(), success, failed, upstreamFailed, skipped);
    }

    int bad() {
      return failed + upstreamFailed;
    }

    boolean done() {
      return success + bad() + skipped == all;
    }

    @Override
    public String toString() {
      return "of %d upstream: %d success, %d failed, %d upstream_failed, %d skipped"
          .formatted(all, success, failed, upstreamFailed, skipped);
    }
  }

  private static final Verdict READY = new Verdict.Ready();
  private static final Verdict WAIT = new Verdict.Wait();

  public static Optional<TriggerRule> of(String text) {
    return Arrays.stream(values()).filter(rule -> rule.text().equals(text)).findFirst();
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(TriggerRule::text).toList();
  }

  /// The name in a pipeline file, such as `none_failed_min_one_success`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Verdict judge(Collection<TaskState> upstream) {
    return upstream.isEmpty() || this == ALWAYS ? READY : judge(Counts.of(upstream));
  }

  private Verdict judge(Counts n) {
    boolean done = n.done();
    return switch (this) {
      case ALWAYS -> READY;
      case ALL_SUCCESS ->
          n.bad() > 0 ? failed(n) : n.skipped > 0 ? skipped(n) : readyIf(n.success == n.all);
      case ALL_FAILED -> n.success + n.skipped > 0 ? skipped(n) : readyIf(n.bad() == n.all);
      case ALL_DONE -> readyIf(done);
      case ALL_DONE_MIN_ONE_SUCCESS ->
          n.skipped > 0 ? skipped(n) : !done ? WAIT : n.success == 0 ? failed(n) : READY;
      case ALL_SKIPPED -> n.success + n.bad() > 0 ? skipped(n) : readyIf(n.skipped == n.all);
      case ONE_SUCCESS ->
          n.success > 0 ? READY : !done ? WAIT : n.bad() == 0 ? skipped(n) : failed(n);
      case ONE_FAILED -> n.bad() > 0 ? READY : done ? skipped(n) : WAIT;
      case ONE_DONE -> n.success + n.failed > 0 ? READY : done ? skipped(n) : WAIT;
      case NONE_FAILED -> n.bad() > 0 ? failed(n) : readyIf(done);
      case NONE_FAILED_MIN_ONE_SUCCESS ->
          n.bad() > 0 ? failed(n) : n.skipped == n.all ? skipped(n) : readyIf(done);
      case NONE_SKIPPED -> n.skipped > 0 ? skipped(n) : readyIf(done);
    };
  }

  private static Verdict readyIf(boolean ready) {
    return ready ? READY : WAIT;
  }

  private Verdict skipped(Counts n) {
    return new Verdict.Settle(TaskState.SKIPPED, "trigger rule %s: %s".formatted(text(), n));
  }

  private Verdict failed(Counts n) {
    return new Verdict.Settle(
        TaskState.UPSTREAM_FAILED, "trigger rule %s: %s".formatted(text(), n));
  }
}
