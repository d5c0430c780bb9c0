package dev.gori.delivery.sync;

import dev.gori.delivery.controller.DeliveryContext;
import dev.gori.delivery.controller.RolloutController;
import dev.gori.delivery.desired.Applier;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.DesiredStateCheck;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.record.ChangeLinkKind;
import dev.gori.delivery.record.ChangeRecord;
import dev.gori.delivery.record.ChangeVerdict;
import dev.gori.delivery.record.DeliveryEvent;
import dev.gori.delivery.record.DeliveryEventKind;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.Stage;
import dev.gori.delivery.record.StageState;
import dev.gori.git.Commit;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;

/// Reconciles one environment with the branch `main`. Sync applies a commit as a whole, or rejects
/// it with all of its problems, and records each stage.
public final class Sync {

  private static final String SEEN = "seen_commit";
  private static final String APPLIED = "applied_commit";
  private static final int MOST_COMMITS = 200;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

  /// The checks, the appliers and the pipelines client of a sync, and the counter of its outcomes.
  public record Parts(
      List<DesiredStateCheck> checks,
      List<Applier> appliers,
      Pipelines pipelines,
      Consumer<SyncOutcome> counter) {
    public Parts {
      checks = List.copyOf(checks);
      appliers = List.copyOf(appliers);
    }
  }

  private final DeliveryContext context;
  private final GitRepository git;
  private final DeliveryStore records;
  private final Time time;
  private final Logger log;
  private final Parts parts;
  private final DesiredStateReader state;
  private final ServingReconciler serving;
  private final PipelineTriggers triggers;
  private volatile SyncStatus status = SyncStatus.NONE;
  private boolean startedUp;
  private boolean isPartly; // some appliers applied a commit that others have not
  private List<String> warnings = List.of();
  private Optional<String> refused = Optional.empty();
  private Instant notBefore = Instant.EPOCH;

  public Sync(DeliveryContext context, Parts parts, RolloutController rollouts) {
    this.context = context;
    this.git = context.git();
    this.records = context.records();
    this.time = context.time();
    this.log = context.log();
    this.parts = parts;
    this.state = new DesiredStateReader(context.environment(), git, parts.checks(), records);
    this.serving = new ServingReconciler(context, rollouts, this::healed);
    this.triggers = new PipelineTriggers(parts.pipelines(), records, time);
  }

  /// The last seen and the last applied commit in the database, without duplicates.
  public static List<CommitId> recorded(DeliveryStore records) {
    return Stream.of(SEEN, APPLIED)
        .flatMap(fact -> records.fact(fact).stream())
        .distinct()
        .map(CommitId::new)
        .toList();
  }

  public SyncStatus status() {
    return status;
  }

  /// `serving.yaml` of the applied commit; empty before the first.
  public Optional<ServingFile> declared() {
    return records.fact(APPLIED).map(id -> state.serving(new CommitId(id)));
  }

  /// Polls the repository once, applies new commits and corrects drift. The status reports a
  /// failure.
  public synchronized SyncStatus reconcile() {
    try {
      status = look();
    } catch (RuntimeException e) {
      var why = reason(e);
      parts.counter().accept(SyncOutcome.FAILED);
      if (!status.trouble().equals(Optional.of(why))) {
        log.error("the look at the repository failed, the next one follows: {}", why, e);
      }
      status = status.stuck(why);
    }
    return status;
  }

  private static String reason(RuntimeException e) {
    return switch (e) {
      case FaultException fault -> fault.reason();
      case UncheckedIOException io -> io.getMessage() + ": " + io.getCause();
      default -> String.valueOf(e);
    };
  }

  private SyncStatus look() {
    var away = fetched();
    var looked = away.isPresent() ? status.looked() : Optional.of(time.now());
    var head = git.head();
    if (head.isEmpty()) {
      throw FaultException.notFound(
          "the workspace has no branch main (expected: refs/heads/main; restart the program, which repairs it or says what to do)");
    }
    see(head.get());
    startUp();
    boolean isDone = records.fact(APPLIED).equals(head.map(CommitId::value));
    if (!isDone && !refused.equals(head.map(CommitId::value)) && !time.now().isBefore(notBefore)) {
      consider(head.get());
    }
    var applied = records.fact(APPLIED);
    var drift =
        applied
            .map(id -> serving.reconcile(state.serving(new CommitId(id)), new CommitId(id)))
            .orElse(List.of());
    return new SyncStatus(
        head.map(CommitId::value),
        applied,
        problemsOf(head.get()),
        warnings,
        away,
        Optional.empty(),
        drift,
        looked);
  }

  /// After a start the roles have no configuration, so this applies the last applied commit again
  /// as a whole, whatever the head is.
  private void startUp() {
    var applied = records.fact(APPLIED).map(CommitId::new).filter(this::isKnown);
    if (!startedUp && applied.isPresent() && !time.now().isBefore(notBefore)) {
      var files = state.files(applied.get());
      startedUp = applied(applied.get(), files, List.copyOf(files.files().keySet()));
      warnings = state.warnings(files);
      if (startedUp) {
        parts.appliers().forEach(applier -> applier.applied(applied.get()));
      }
    }
  }

  private List<String> problemsOf(CommitId head) {
    return records.fact(APPLIED).equals(Optional.of(head.value()))
        ? List.of()
        : records.change(head.value()).map(ChangeRecord::problems).orElse(List.of());
  }

  private Optional<String> fetched() {
    try {
      git.fetch();
      return Optional.empty();
    } catch (FaultException e) {
      parts.counter().accept(SyncOutcome.UNREACHABLE);
      log.warn("git away, going on with what is known: {}", e.reason());
      return Optional.of(e.reason());
    }
  }

  private void see(CommitId head) {
    var seen = records.fact(SEEN);
    if (seen.equals(Optional.of(head.value()))) {
      return;
    }
    var commits =
        seen.map(id -> git.after(new CommitId(id), head, MOST_COMMITS))
            .orElseGet(() -> List.of(git.commit(head)));
    if (seen.isEmpty() && !commits.getFirst().parents().isEmpty()) {
      began(head);
    }
    for (var commit : commits) {
      enter(commit);
    }
    records.fact(SEEN, head.value());
  }

  /// There is no record though the workspace has a history: this is the first start with an
  /// existing repository, or the database was lost.
  private void began(CommitId head) {
    var text =
        "no record of what came before commit %s: earlier changes, rollouts and blocked versions are not known"
            .formatted(head.brief());
    records.add(new DeliveryEvent(time.now(), DeliveryEventKind.BEGAN, text));
    log.warn("{}", text);
  }

  private void enter(Commit commit) {
    var prefix = DesiredFiles.folder(context.environment()) + "/";
    var paths =
        git.changedBy(commit.id()).stream()
            .filter(path -> path.startsWith(prefix))
            .map(path -> path.substring(prefix.length()))
            .toList();
    var change =
        new ChangeRecord(
            commit.id().value(),
            commit.author().toString(),
            commit.message().strip(),
            commit.at(),
            paths,
            paths.isEmpty() ? ChangeVerdict.ELSEWHERE : ChangeVerdict.PENDING,
            List.of(),
            List.of(),
            List.of(),
            Map.of());
    var reverts = List.of(commit.trailers().getOrDefault("Gori-Reverts", "").split(" "));
    for (var reverted : reverts) {
      change = change.withLink(ChangeLinkKind.REVERTS, reverted);
      records.change(
          reverted, other -> other.withLink(ChangeLinkKind.REVERT_COMMIT, commit.id().value()));
    }
    change =
        change
            .withLink(ChangeLinkKind.ROLLOUT, commit.trailers().getOrDefault("Gori-Rollout", ""))
            .withLink(ChangeLinkKind.ROLLOUT, commit.trailers().getOrDefault("Gori-Rollback", ""))
            .withLink(
                ChangeLinkKind.MODEL_VERSION,
                commit.trailers().getOrDefault("Gori-Model-Version", ""));
    records.insertIfAbsent(change, time.now());
    log.info(
        "commit={} author='{}' files={} subject='{}'",
        commit.id().brief(),
        commit.author(),
        paths.size(),
        commit.subject());
  }

  private void consider(CommitId head) {
    var before = records.fact(APPLIED).map(CommitId::new).filter(this::isKnown);
    var changed =
        before.map(id -> git.changed(id, head)).orElseGet(() -> git.tree(head).paths("")).stream()
            .filter(path -> path.startsWith(DesiredFiles.folder(context.environment()) + "/"))
            .map(path -> path.substring(DesiredFiles.folder(context.environment()).length() + 1))
            .toList();
    if (before.isPresent() && changed.isEmpty() && !isPartly) {
      judge(head, before, List.of());
      return;
    }
    var began = time.now();
    var checked = state.check(head, before);
    if (!checked.problems().isEmpty()) {
      refuse(head, checked.problems(), began);
      return;
    }
    var check =
        Stage.pending("check")
            .running(began)
            .ended(
                StageState.SUCCEEDED,
                time.now(),
                "%d files".formatted(checked.files().files().size()));
    records.change(head.value(), change -> change.with(check));
    if (applied(head, checked.files(), changed)) {
      finish(head, before, checked.files(), changed);
    }
  }

  private boolean isKnown(CommitId id) {
    try {
      git.commit(id);
      return true;
    } catch (FaultException _) {
      return false;
    }
  }

  private void refuse(CommitId head, List<String> problems, Instant began) {
    refused = Optional.of(head.value());
    var stage =
        Stage.pending("check")
            .running(began)
            .ended(StageState.FAILED, time.now(), problems.size() + " problems");
    records.change(
        head.value(), change -> change.withVerdict(ChangeVerdict.REFUSED, problems).with(stage));
    records.add(
        new DeliveryEvent(
            time.now(),
            DeliveryEventKind.REFUSED,
            "commit %s: %s".formatted(head.brief(), String.join("; ", problems))));
    parts.counter().accept(SyncOutcome.REFUSED);
    log.error(
        "commit={} refused, nothing applied, problems={}: {}",
        head.brief(),
        problems.size(),
        String.join("; ", problems));
  }

  private boolean applied(CommitId head, DesiredFiles files, List<String> changed) {
    boolean all = isPartly;
    isPartly = true;
    for (var applier : parts.appliers()) {
      if (!all && changed.stream().noneMatch(applier::concerns)) {
        continue;
      }
      var began = Stage.pending(applier.name()).running(time.now());
      var problems = problemsOf(applier, files);
      var how = problems.isEmpty() ? StageState.SUCCEEDED : StageState.FAILED;
      records.change(
          head.value(),
          change -> change.with(began.ended(how, time.now(), String.join("; ", problems))));
      if (!problems.isEmpty()) {
        notBefore = time.now().plus(PAUSE_AFTER_FAILURE);
        records.change(head.value(), change -> change.withVerdict(ChangeVerdict.FAILED, problems));
        parts.counter().accept(SyncOutcome.FAILED);
        log.error(
            "commit={} applying={} failed, tried again in {} s: {}",
            head.brief(),
            applier.name(),
            PAUSE_AFTER_FAILURE.toSeconds(),
            String.join("; ", problems));
        return false;
      }
    }
    isPartly = false;
    return true;
  }

  private static List<String> problemsOf(Applier applier, DesiredFiles files) {
    try {
      return applier.apply(files);
    } catch (RuntimeException e) {
      return List.of(
          applier.name() + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }

  private void finish(
      CommitId head, Optional<CommitId> before, DesiredFiles files, List<String> changed) {
    parts.appliers().forEach(applier -> applier.applied(head));
    if (before.isPresent()) {
      triggers.run(
          since(before, head),
          files,
          changed,
          commit -> git.changedBy(commit.id()),
          context.environment());
    }
    warnings = state.warnings(files);
    judge(head, before, warnings);
    startedUp = true;
    parts.counter().accept(SyncOutcome.APPLIED);
    log.info("commit={} applied files={}", head.brief(), changed.size());
    warnings.forEach(warning -> log.warn("commit={} {}", head.brief(), warning));
  }

  /// Sets the verdict of the pending commits since `before` and of the head; commits that sync
  /// rejected earlier keep their verdict.
  private void judge(CommitId head, Optional<CommitId> before, List<String> warned) {
    for (var commit : since(before, head)) {
      records.change(
          commit.id().value(),
          change ->
              change.verdict() == ChangeVerdict.PENDING || commit.id().equals(head)
                  ? change
                      .withVerdict(
                          change.paths().isEmpty()
                              ? ChangeVerdict.ELSEWHERE
                              : ChangeVerdict.APPLIED,
                          List.of())
                      .withWarnings(warned)
                  : change);
    }
    records.fact(APPLIED, head.value());
    refused = Optional.empty();
  }

  private List<Commit> since(Optional<CommitId> before, CommitId head) {
    return before
        .map(id -> git.after(id, head, MOST_COMMITS))
        .orElseGet(() -> List.of(git.commit(head)));
  }

  private void healed(String what) {
    records.add(new DeliveryEvent(time.now(), DeliveryEventKind.HEALED, what));
    parts.counter().accept(SyncOutcome.HEALED);
    log.warn("healed: {}", what);
  }
}
