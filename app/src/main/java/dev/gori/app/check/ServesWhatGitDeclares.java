package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.machinery.conf.Conf;
import dev.gori.machinery.conf.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// 9: the model that answers is the one in Git, and it can be traced to its origin.
final class ServesWhatGitDeclares extends EachEnvironment {

    private final DeclaredState declared;

    ServesWhatGitDeclares(DeclaredState declared) {
        super("the model that answers is the one that Git declares, and its chain is complete");
        this.declared = declared;
    }

    @Override
    Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
        var text =
                declared.file(environment.name(), "serving.yaml")
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElse("");
        var wanted =
                Conf.parse("serving.yaml", text, new Problems())
                        .section("variants")
                        .section("A")
                        .integer("version", 0);
        var serving = environment.gateway().models().variants().get("A");
        if (serving == null) {
            return Proof.failed("variant A serves nothing (Git declares version %d)", wanted);
        }
        var answered =
                environment
                        .gateway()
                        .predict(new double[1][serving.columns().size()], Optional.empty())
                        .version();
        if (answered != wanted) {
            return Proof.failed(
                    "version %d answers, serving.yaml at %s declares %d",
                    answered, brief(declared.head()), wanted);
        }
        var chain = environment.delivery().lineage("version", String.valueOf(answered));
        if (chain.isEmpty()) {
            return Proof.failed("version %d has no lineage", answered);
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
                ? Proof.passed("version %d, %s", answered, String.join(", ", seen))
                : Proof.failed(
                        "version %d, its chain lacks %s", answered, String.join(", ", missing));
    }

    private static String text(JsonNode chain, String name) {
        return chain.path(name).asString("");
    }

    private static String brief(String id) {
        return id.length() > 18 ? id.substring(0, 10) : id;
    }
}
