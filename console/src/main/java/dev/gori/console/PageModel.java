package dev.gori.console;

import dev.gori.base.run.FanOut;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.GatewayClient;
import dev.gori.clients.PipelinesClient;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Asks the roles concurrently for everything on an environment's page, and formats it.
record PageModel(Formats formats, List<String> environments) {

  private static final Duration DEADLINE = Duration.ofSeconds(4);
  private static final int CHANGES = 8;
  private static final int RUNS = 4;
  private static final int MESSAGES = 8;

  private record Gateway(Panel<PageContent.Serving> card, String traffic) {}

  PageContent view(RoleClients of) throws InterruptedException {
    var parts =
        List.<Callable<Object>>of(
            () -> gateway(of),
            () -> panel(() -> of.changes(CHANGES), this::changes),
            () -> panel(() -> of.runs(RUNS), runs -> runs.stream().map(this::run).toList()),
            () -> panel(of::alerts, this::alerts),
            () -> panel(() -> of.inbox(MESSAGES), this::messages));
    try {
      return view(of, FanOut.all(parts, DEADLINE));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new FaultException(
          Fault.TIMED_OUT, "%s did not answer: %s".formatted(of.urls().name(), e.getMessage()), e);
    }
  }

  @SuppressWarnings("unchecked")
  private PageContent view(RoleClients of, List<Object> parts) {
    var gateway = (Gateway) parts.get(0);
    return new PageContent(
        environments,
        of.urls().name().value(),
        gateway.traffic(),
        gateway.card(),
        (Panel<PageContent.Change>) parts.get(1),
        (Panel<PageContent.Run>) parts.get(2),
        (Panel<PageContent.Alert>) parts.get(3),
        (Panel<PageContent.Message>) parts.get(4),
        links(of.urls()),
        formats.timestamp(formats.time().now()));
  }

  private static <A, B> Panel<B> panel(Supplier<A> ask, Function<A, List<B>> word) {
    try {
      return Panel.of(word.apply(ask.get()));
    } catch (FaultException e) {
      return Panel.without(e.reason());
    }
  }

  private Gateway gateway(RoleClients of) {
    try {
      var serving = of.serving();
      var slots =
          serving.variants().values().stream()
              .sorted(Comparator.comparing(GatewayClient.Variant::name))
              .map(this::slot)
              .toList();
      return new Gateway(Panel.of(slots), traffic(serving.traffic()));
    } catch (FaultException e) {
      return new Gateway(Panel.without(e.reason()), "");
    }
  }

  private PageContent.Serving slot(GatewayClient.Variant variant) {
    return new PageContent.Serving(
        variant.name(),
        variant.model(),
        variant.version(),
        brief(variant.runId()),
        brief(variant.commit()),
        formats.timestamp(variant.loaded()));
  }

  private static String traffic(JsonNode policy) {
    var mode = policy.path("mode").asString("");
    return switch (mode) {
      case "" -> "";
      case "single" -> "all traffic to " + policy.path("primary").asString("A");
      case "shadow" ->
          "answers from %s, a copy of each request to %s"
              .formatted(policy.path("primary").asString("A"), policy.path("shadow").asString("B"));
      default -> mode + " " + policy.path("weights");
    };
  }

  private PageContent.Run run(PipelinesClient.RunInfo run) {
    var tasks =
        run.tasks().stream()
            .map(
                task ->
                    new PageContent.Stage(
                        task.name(),
                        task.state(),
                        Formats.tone(task.state()),
                        formats.took(task.started(), task.ended()),
                        task.why()))
            .toList();
    return new PageContent.Run(
        run.id(),
        run.pipeline(),
        run.trigger(),
        formats.timestamp(run.logicalTime()),
        run.state(),
        Formats.tone(run.state()),
        formats.took(run.started(), run.ended()),
        tasks);
  }

  private List<PageContent.Change> changes(JsonNode answer) {
    var changes = new ArrayList<PageContent.Change>();
    for (var change : answer) {
      var stages = new ArrayList<PageContent.Stage>();
      for (var stage : change.path("stages")) {
        var state = stage.path("state").asString("");
        stages.add(
            new PageContent.Stage(
                stage.path("name").asString(""),
                state,
                Formats.tone(state),
                formats.took(instant(stage.path("started")), instant(stage.path("ended"))),
                stage.path("detail").asString("")));
      }
      var verdict = change.path("verdict").asString("");
      changes.add(
          new PageContent.Change(
              brief(change.path("commit").asString("")),
              change.path("author").asString(""),
              change.path("message").asString("").lines().findFirst().orElse(""),
              instant(change.path("at")).map(formats::ago).orElse(""),
              verdict,
              Formats.tone(verdict),
              problems(change.path("problems")),
              stages));
    }
    return changes;
  }

  private static String problems(JsonNode problems) {
    var lines = new ArrayList<String>();
    problems.forEach(problem -> lines.add(problem.asString("")));
    return String.join("\n", lines);
  }

  private List<PageContent.Alert> alerts(List<AlertmanagerClient.Known> known) {
    return known.stream()
        .sorted(
            Comparator.comparingInt((AlertmanagerClient.Known one) -> rank(one.alert().labels()))
                .thenComparing(one -> one.alert().startsAt()))
        .map(
            one -> {
              var labels = one.alert().labels();
              var severity = labels.has("severity") ? labels.get("severity") : "none";
              return new PageContent.Alert(
                  labels.get("alertname"),
                  severity,
                  one.state(),
                  formats.timestamp(one.alert().startsAt()),
                  one.alert().annotations().get("summary"),
                  Formats.tone(severity));
            })
        .toList();
  }

  private static int rank(Labels labels) {
    return switch (labels.get("severity")) {
      case "critical" -> 0;
      case "warning" -> 1;
      default -> 2;
    };
  }

  private List<PageContent.Message> messages(JsonNode answer) {
    var messages = new ArrayList<PageContent.Message>();
    for (var message : answer.path("messages")) {
      var payload = message.path("payload");
      for (var attachment : payload.path("attachments")) {
        var title = attachment.path("title").asString("");
        messages.add(
            new PageContent.Message(
                instant(message.path("received")).map(formats::timestamp).orElse(""),
                payload.path("channel").asString(""),
                title,
                attachment.path("text").asString("").strip(),
                title.contains("RESOLVED") ? "good" : "bad"));
      }
    }
    return messages;
  }

  private static List<PageContent.Link> links(BaseUrls place) {
    return List.of(
        new PageContent.Link("Predict", place.base() + "/predict", "POST {\"data\": [[…]]}"),
        new PageContent.Link("MLflow", place.registry().toString(), "MLFLOW_TRACKING_URI"),
        new PageContent.Link("Prometheus", place.metrics().toString(), "data source, promtool"),
        new PageContent.Link("Loki", place.logs().toString(), "data source"),
        new PageContent.Link("Alertmanager", place.alerts().toString(), "amtool"),
        new PageContent.Link("S3", place.store().toString(), "path style"),
        new PageContent.Link("REST", place.base() + "/api/v1/openapi.yaml", "pipelines, delivery"));
  }

  private static Optional<Instant> instant(JsonNode node) {
    try {
      return node.isString() ? Optional.of(Instant.parse(node.asString())) : Optional.empty();
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static String brief(String id) {
    return id.length() > 10 ? id.substring(0, 10) : id;
  }
}
