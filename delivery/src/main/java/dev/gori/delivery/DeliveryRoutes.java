package dev.gori.delivery;

import dev.gori.base.json.Json;
import dev.gori.delivery.controller.RolloutController;
import dev.gori.delivery.record.ChangeLinkKind;
import dev.gori.delivery.record.ChangeRecord;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutJson;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.record.RolloutRequest;
import dev.gori.git.CommitId;
import dev.gori.git.Person;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The REST API of delivery, under `/api/v1`.
final class DeliveryRoutes {

  private static final int ROUNDS_SHOWN = 50;
  private static final int MOST = 500;

  /// The collaborators of those routes that do more than read the records.
  ///
  /// @param runs returns the pipelines role's runs of a commit as JSON; throws a `FaultException`
  ///   when the role is unreachable
  record Parts(
      Lineage lineage,
      Promotion promotion,
      Function<String, List<Map<String, @Nullable Object>>> runs) {}

  private final EnvironmentName environment;
  private final DeliveryStore records;
  private final RolloutController rollouts;
  private final Parts parts;
  private final Supplier<Map<String, @Nullable Object>> desired;
  private final Runnable look;

  DeliveryRoutes(
      EnvironmentName environment,
      DeliveryStore records,
      RolloutController rollouts,
      Parts parts,
      Supplier<Map<String, @Nullable Object>> desired,
      Runnable look) {
    this.environment = environment;
    this.records = records;
    this.rollouts = rollouts;
    this.parts = parts;
    this.desired = desired;
    this.look = look;
  }

  Routes routes() {
    return new Routes(ErrorFormat.GORI)
        .get("/changes", this::changes)
        .get("/changes/{commit}", this::change)
        .get("/rollouts", this::list)
        .get("/rollouts/{id}", request -> Response.json(whole(rollout(request.param("id")))))
        .guarded("POST", "/rollouts", this::start)
        .guarded("POST", "/rollouts/{id}/rollback", this::callOff)
        .get(
            "/lineage/{kind}/{+id}",
            request ->
                Response.json(parts.lineage().of(request.param("kind"), request.param("id"))))
        .get("/desired", _ -> Response.json(desired.get()))
        .guarded("POST", "/sync", this::sync)
        .guarded("POST", "/promotions", this::promote)
        .guarded("DELETE", "/blocked/{model}/{version}", this::unblock);
  }

  private Response changes(Request request) {
    var changes = records.changes(limit(request)).stream().map(ChangeRecord::json).toList();
    var events =
        records.events(limit(request)).stream()
            .map(
                event ->
                    Json.object(
                        "at",
                        event.at().toString(),
                        "kind",
                        event.kind().text(),
                        "text",
                        event.text()))
            .toList();
    return Response.json(
        Json.object("environment", environment.value(), "changes", changes, "events", events));
  }

  private Response change(Request request) {
    var commit = commitOrItsBeginning(request.param("commit"));
    var change =
        records
            .change(commit)
            .or(() -> records.changeByPrefix(commit))
            .orElseThrow(
                () ->
                    FaultException.notFound(
                        "change '%s': no such commit has been seen in %s, or more than one begins so"
                            .formatted(commit, environment)));
    var json = change.json();
    json.put(
        "rollouts",
        change.links(ChangeLinkKind.ROLLOUT).stream()
            .flatMap(id -> records.rollout(id).stream())
            .map(this::whole)
            .toList());
    runs(change.commit(), json);
    return Response.json(json);
  }

  private static String commitOrItsBeginning(String text) {
    var commit = text.toLowerCase(Locale.ROOT);
    if (!commit.matches("[0-9a-f]{4,40}")) {
      throw FaultException.badRequest(
          "commit '%s' (expected: 4 to 40 hexadecimal digits)".formatted(text));
    }
    return commit;
  }

  /// Adds all runs of the commit: those that it triggered, and those of its definition that a
  /// schedule or a person started.
  private void runs(String commit, Map<String, @Nullable Object> json) {
    try {
      json.put("runs", parts.runs().apply(commit));
    } catch (FaultException e) {
      json.put("runs", List.of());
      json.put("runs_missing", e.reason());
    }
  }

  private Response list(Request request) {
    return Response.json(
        Json.object(
            "rollouts",
            records.rollouts(limit(request)).stream().map(RolloutJson::write).toList()));
  }

  private RolloutRecord rollout(String id) {
    return records
        .rollout(id)
        .orElseThrow(
            () -> FaultException.notFound("rollout '%s': there is none of this id".formatted(id)));
  }

  private Map<String, @Nullable Object> whole(RolloutRecord rollout) {
    var json = RolloutJson.write(rollout);
    json.put("environment", environment.value());
    json.put("pin_commit", rollout.fact(RolloutFact.PIN_COMMIT).orElse(""));
    json.put("revert_commit", rollout.fact(RolloutFact.REVERT_COMMIT).orElse(""));
    json.put(
        "evidence",
        records.rounds(rollout.id(), ROUNDS_SHOWN).stream()
            .map(
                round ->
                    Json.object(
                        "at",
                        round.at().toString(),
                        "verdict",
                        round.verdict().text(),
                        "gates",
                        RolloutJson.gates(round)))
            .toList());
    return json;
  }

  private Response start(Request request) {
    var body = request.json();
    var commit = text(body, "commit");
    var run = text(body, "pipeline_run");
    boolean isCause =
        !commit.isEmpty()
            && records
                .change(commit)
                .filter(change -> change.links(ChangeLinkKind.PIPELINE_RUN).contains(run))
                .isPresent();
    var rollout = rollouts.start(wanted(body, commit, run, isCause));
    return Response.json(201, whole(rollout));
  }

  private static RolloutRequest wanted(JsonNode body, String commit, String run, boolean isCause) {
    try {
      if (!commit.isEmpty()) {
        new CommitId(commit);
      }
      return new RolloutRequest(
          text(body, "model"),
          body.path("version").asInt(0),
          body.path("variant").asString("A"),
          run,
          text(body, "run_id"),
          text(body, "feature_version"),
          commit,
          isCause,
          text(body, "key"));
    } catch (IllegalArgumentException e) {
      throw FaultException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private Response callOff(Request request) {
    var body = request.body();
    var why = body.length == 0 ? "" : text(Json.parse(body), "why");
    return Response.json(
        whole(
            rollouts.requestRollback(
                request.param("id"), why.isEmpty() ? "no reason given" : why)));
  }

  private Response sync(Request request) {
    look.run();
    return Response.json(desired.get());
  }

  /// `from` copies another environment's current definitions to this one; `to` copies the
  /// definitions that a run of this environment used.
  private Response promote(Request request) {
    var body = request.json();
    var outcome = body.has("to") ? handedOn(body) : taken(body);
    look.run();
    return Response.json(
        Json.object(
            "commit", outcome.commit().map(id -> id.value()).orElse(""), "files", outcome.files()));
  }

  private Promotion.Outcome taken(JsonNode body) {
    var author = text(body, "author");
    return parts
        .promotion()
        .from(name(body, "from"), author.isEmpty() ? Promotion.GORI : person(author));
  }

  private Promotion.Outcome handedOn(JsonNode body) {
    var run = text(body, "pipeline_run");
    if (run.isEmpty() || body.has("from")) {
      throw FaultException.badRequest(
          "promotion to '%s' %s (expected: 'from', or 'to' with 'pipeline_run')"
              .formatted(
                  text(body, "to"),
                  run.isEmpty() ? "of no run" : "and from '%s'".formatted(text(body, "from"))));
    }
    try {
      var commit = text(body, "commit");
      return parts
          .promotion()
          .to(
              name(body, "to"),
              commit.isEmpty() ? Optional.empty() : Optional.of(new CommitId(commit)),
              run);
    } catch (IllegalArgumentException e) {
      throw FaultException.badRequest("commit: " + e.getMessage());
    }
  }

  private static EnvironmentName name(JsonNode body, String field) {
    try {
      return new EnvironmentName(text(body, field));
    } catch (IllegalArgumentException e) {
      throw FaultException.badRequest("%s: %s".formatted(field, e.getMessage()));
    }
  }

  private static Person person(String text) {
    int at = text.indexOf('<');
    return at <= 0 || !text.endsWith(">")
        ? new Person(text, text)
        : new Person(text.substring(0, at).strip(), text.substring(at + 1, text.length() - 1));
  }

  private Response unblock(Request request) {
    var version = request.param("version");
    if (!version.matches("\\d{1,9}")
        || !records.unblock(request.param("model"), Integer.parseInt(version))) {
      throw FaultException.notFound(
          "%s version %s: not blocked".formatted(request.param("model"), version));
    }
    return Response.empty(204);
  }

  private static int limit(Request request) {
    var text = request.query("limit").orElse("50");
    if (!text.matches("\\d{1,6}")) {
      throw FaultException.badRequest(
          "limit: '%s' (expected: a number from 1 to %d)".formatted(text, MOST));
    }
    return Math.clamp(Integer.parseInt(text), 1, MOST);
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }
}
