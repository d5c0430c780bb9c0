package dev.gori.pipelines;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.Cause;
import dev.gori.pipelines.dag.Attempts.End;
import dev.gori.pipelines.tasks.TaskOutcome;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One attempt of a task: runs the task on its own thread and reports the end exactly once.
///
/// It uses a platform thread, because tasks compute for minutes and would occupy the carriers of
/// the virtual threads that answer requests.
final class Attempt {

  private final String run;
  private final String task;
  private final int number;
  private final Instant started;
  private final Work work;
  private final TaskLogs.Writer log;
  private final BiConsumer<Attempt, End> ended;
  private final Thread thread;
  private final Cancellation cancellation = new Cancellation();
  private volatile @Nullable End stoppedAs;

  /// The task, bound to its context.
  @FunctionalInterface
  interface Work {
    TaskOutcome run() throws Exception;
  }

  Attempt(
      String run,
      String task,
      int number,
      Instant started,
      Work work,
      TaskLogs.Writer log,
      BiConsumer<Attempt, End> ended) {
    this.run = run;
    this.task = task;
    this.number = number;
    this.started = started;
    this.work = work;
    this.log = log;
    this.ended = ended;
    this.thread =
        Thread.ofPlatform().daemon().name("task " + run + " " + task).unstarted(this::work);
  }

  String run() {
    return run;
  }

  String task() {
    return task;
  }

  int number() {
    return number;
  }

  Instant started() {
    return started;
  }

  void start() {
    thread.start();
  }

  boolean isStopping() {
    return stoppedAs != null;
  }

  /// Cancels the task and interrupts its thread. The attempt then ends with this end, unless the
  /// task still succeeds.
  ///
  /// @param as the end to report
  void stop(End as) {
    stoppedAs = as;
    cancellation.cancel(as instanceof End.TimedOut ? Cause.DEADLINE : Cause.STOPPING);
    thread.interrupt();
  }

  void join(long millis) throws InterruptedException {
    thread.join(millis);
  }

  private void work() {
    var end = masked(outcome());
    try {
      log.accept(line(end));
      log.close();
    } finally {
      ended.accept(this, end);
    }
  }

  /// Masks secrets in the reason: everyone who can read the log can read it.
  private End masked(End end) {
    var mask = log.mask();
    return switch (end) {
      case End.Succeeded succeeded -> succeeded;
      case End.Skipped(var why) -> new End.Skipped(mask.mask(why));
      case End.Failed(var why, var again) -> new End.Failed(mask.mask(why), again);
      case End.NotYet(var why) -> new End.NotYet(mask.mask(why));
      case End.TimedOut timedOut -> timedOut;
      case End.Lost lost -> lost;
      case End.Cancelled cancelled -> cancelled;
    };
  }

  private End outcome() {
    try {
      return switch (cancellation.call(work::run)) {
        case TaskOutcome.Succeeded(var outputs) -> new End.Succeeded(outputs);
        case TaskOutcome.Skipped(var why) -> new End.Skipped(why);
        case TaskOutcome.NotYet(var why) -> stoppedOr(new End.NotYet(why));
        case TaskOutcome.Failed(var why, var again) -> stoppedOr(new End.Failed(why, again));
      };
    } catch (InterruptedException _) {
      return stoppedOr(new End.Lost("interrupted"));
    } catch (FaultException e) {
      return stoppedOr(
          new End.Failed(
              e.reason(), e.fault().blame() != Fault.Blame.CALLER || e.fault() == Fault.NOT_FOUND));
    } catch (IllegalArgumentException e) {
      return stoppedOr(new End.Failed(String.valueOf(e.getMessage()), false));
    } catch (Exception e) {
      return stoppedOr(
          new End.Failed("%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()), true));
    } catch (Throwable e) {
      return stoppedOr(new End.Failed(e.toString(), true));
    }
  }

  private End stoppedOr(End otherwise) {
    var stopped = stoppedAs;
    return stopped == null ? otherwise : stopped;
  }

  private static String line(End end) {
    return switch (end) {
      case End.Succeeded(var outputs) -> "success, outputs " + outputs;
      case End.Skipped(var why) -> "skipped: " + why;
      case End.Failed(var why, var again) ->
          "failed%s: %s".formatted(again ? "" : " for good", why);
      case End.NotYet(var why) -> "not yet: " + why;
      case End.TimedOut(var why) -> "stopped: " + why;
      case End.Lost(var why) -> "lost: " + why;
      case End.Cancelled(var why) -> "stopped: " + why;
    };
  }

  /// The name under which the database and the metrics keep an end.
  static String word(End end) {
    return switch (end) {
      case End.Succeeded _ -> "success";
      case End.Skipped _ -> "skipped";
      case End.Failed _ -> "failed";
      case End.NotYet _ -> "waiting";
      case End.TimedOut _ -> "timed_out";
      case End.Lost _ -> "lost";
      case End.Cancelled _ -> "cancelled";
    };
  }

  static String why(End end) {
    return switch (end) {
      case End.Succeeded _ -> "";
      case End.Skipped(var why) -> why;
      case End.Failed(var why, var _) -> why;
      case End.NotYet(var why) -> why;
      case End.TimedOut(var why) -> why;
      case End.Lost(var why) -> why;
      case End.Cancelled(var why) -> why;
    };
  }
}
