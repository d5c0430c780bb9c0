package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.conf.Problems;
import dev.gori.clients.Mlflow;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.desired.VersionRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Statement 9: the model that answers is the one that Git declares, and it can be traced to its
/// origin.
final class ServesWhatGitDeclares extends EachEnvironment {

  private final DeclaredState declared;

  ServesWhatGitDeclares(DeclaredState declared) {
    super("the model that answers is the one that Git declares, and its chain is complete");
    this.declared = declared;
  }

  /// A version of a registered model; the number alone is ambiguous.
  private record Named(String model, int version) {
    @Override
    public String toString() {
      return model + " version " + version;
    }
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var wanted = declared(environment);
    var serving = environment.gateway().models().variants().get("A");
    if (serving == null) {
      return Proof.failed("variant A serves nothing (Git declares %s)", wanted);
    }
    var answer =
        environment.gateway().predict(new double[1][serving.columns().size()], Optional.empty());
    var answered = new Named(answer.model(), answer.version());
    if (!answered.equals(wanted)) {
      return Proof.failed(
          "%s answers, serving.yaml at %s declares %s", answered, brief(declared.head()), wanted);
    }
    var chain =
        environment.delivery().lineage("version", answered.model() + "/" + answered.version());
    if (chain.isEmpty()) {
      return Proof.failed("%s has no lineage", answered);
    }
    var missing = new ArrayList<String>();
    var seen = new ArrayList<String>();
    for (var link : List.of("commit", "pipeline_run", "run_id", "feature_version")) {
      var value = text(chain.get().path("chains").path(0), link);
      if (value.isEmpty()) {
        missing.add(link);
      }
      seen.add(link + " " + brief(value));
    }
    return missing.isEmpty()
        ? Proof.passed("%s, %s", answered, String.join(", ", seen))
        : Proof.failed("%s, its chain lacks %s", answered, String.join(", ", missing));
  }

  /// The version that Git declares for variant A; version 0 if none.
  private Named declared(RunningEnvironment environment) {
    var text =
        declared
            .file(environment.name(), ServingFile.PATH)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("model: none");
    var file = ServingFile.read(ServingFile.PATH, text, new Problems());
    int version =
        switch (file.variant("A").orElse(null)) {
          case VersionRef.Version(int number) -> number;
          case VersionRef.Alias(var alias) -> aliased(environment, file.model(), alias);
          case null -> 0;
        };
    return new Named(file.model(), version);
  }

  private static int aliased(RunningEnvironment environment, String model, String alias) {
    try (var registry = environment.registry()) {
      return registry.modelVersionByAlias(model, alias).map(Mlflow.ModelVersion::version).orElse(0);
    }
  }

  private static String text(JsonNode chain, String name) {
    return chain.path(name).asString("");
  }

  private static String brief(String id) {
    return id.length() > 18 ? id.substring(0, 10) : id;
  }
}
