package dev.gori.pipelines.tasks;

import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/// Tasks that wait for an external condition.
final class Sensors {

  private Sensors() {}

  /// Waits until an object exists: `path` → `path`, `size`, `etag`.
  static final class ObjectSensor implements Task {
    @Override
    public TaskType type() {
      return new TaskType("object_sensor", Set.of("path"), Set.of("path"), true);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var path = ObjectPath.parse(context.with().required("path"));
      return context
          .clients()
          .objects()
          .head(path)
          .<TaskOutcome>map(
              head ->
                  TaskOutcome.done(
                      "path", path.toString(), "size", head.size(), "etag", head.etag()))
          .orElseGet(() -> new TaskOutcome.NotYet(path + " is not there"));
    }
  }

  /// Waits until a URL responds with the expected status and, if `contains` is set, a body that
  /// contains this text.
  static final class HttpSensor implements Task {
    @Override
    public TaskType type() {
      return new TaskType("http_sensor", Set.of("url", "status", "contains"), Set.of("url"), true);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var url = URI.create(context.with().required("url"));
      int wanted = context.with().whole("status", 200);
      try {
        var answer = context.clients().http().get(url, Map.of());
        if (answer.status() != wanted) {
          return new TaskOutcome.NotYet(
              "%s answered %d (expected: %d)".formatted(url, answer.status(), wanted));
        }
        return context
                .with()
                .text("contains")
                .filter(text -> !answer.text().contains(text))
                .isPresent()
            ? new TaskOutcome.NotYet("%s does not contain the text yet".formatted(url))
            : TaskOutcome.done("status", answer.status());
      } catch (FaultException e) {
        if (e.fault() == Fault.BACKEND_DOWN || e.fault() == Fault.TIMED_OUT) {
          return new TaskOutcome.NotYet(e.reason());
        }
        throw e;
      }
    }
  }
}
