package dev.gori.roles.delivery;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.machinery.git.CommitId;
import dev.gori.machinery.git.Draft;
import dev.gori.machinery.git.GitRepository;
import dev.gori.machinery.git.Person;
import dev.gori.machinery.git.Tree;
import dev.gori.machinery.git.Written;
import dev.gori.roles.delivery.desired.DesiredFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Copies another environment's pipeline definitions here, as one commit. Nothing else ever crosses: this environment trains on its own
/// data and lets the result through its own gates.
final class Promotion {

    /// @param commit empty when the definitions were the same already
    record Outcome(Optional<CommitId> commit, List<String> files) {}

    private final EnvironmentName to;
    private final GitRepository git;

    Promotion(EnvironmentName to, GitRepository git) {
        this.to = to;
        this.git = git;
    }

    Outcome from(EnvironmentName from, Person author) {
        if (from.equals(to)) {
            throw FaultException.badRequest("promotion from '%s' to itself (expected: another environment, such as dev)".formatted(from));
        }
        var written = git.commit(head -> draft(from, head, author));
        return switch (written) {
            case Written.Committed(var commit) -> new Outcome(Optional.of(commit.id()), git.changedBy(commit.id()));
            case Written.Unchanged(_) -> new Outcome(Optional.empty(), List.of());
        };
    }

    private Draft draft(EnvironmentName from, Tree head, Person author) {
        var source = DesiredFiles.folder(from) + "/pipelines";
        var target = DesiredFiles.folder(to) + "/pipelines";
        var definitions = head.under(source);
        if (definitions.isEmpty()) {
            throw FaultException.notFound("%s: no pipelines to promote".formatted(source));
        }
        var edits = new LinkedHashMap<String, Optional<byte[]>>();
        head.under(target).keySet().forEach(path -> edits.put(path, Optional.empty()));
        definitions.forEach((path, content) -> edits.put(target + path.substring(source.length()), Optional.of(content)));
        var trailers = new LinkedHashMap<String, String>();
        trailers.put("Gori-Promotes", from.value());
        git.head().ifPresent(id -> trailers.put("Gori-Promoted-From", id.value()));
        return new Draft(author, "Promote %s's pipelines to %s\n\nOnly definitions cross; %s trains on its own data.".formatted(from, to, to),
                Map.copyOf(trailers), edits);
    }
}
