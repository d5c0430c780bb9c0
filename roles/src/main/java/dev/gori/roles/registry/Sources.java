package dev.gori.roles.registry;

import dev.gori.kernel.fault.FaultException;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/// Where a version's source leads: `runs:/RUN/path`, `models:/m-…` and `models:/name/version` are followed to what they stand for,
/// anything else is given back as it is.
final class Sources {

    private static final Pattern RUN = Pattern.compile("runs:/+([^/]+)/?(.*)");
    private static final Pattern LOGGED = Pattern.compile("models:/+(m-[0-9a-f]+)/?");
    private static final Pattern VERSION = Pattern.compile("models:/+([^/@]+)/(\\d{1,9})/?");

    private Sources() {}

    static String resolve(Handle handle, String source) {
        var run = RUN.matcher(source);
        if (run.matches()) {
            var root = handle.createQuery("SELECT artifact_uri FROM runs WHERE run_id = ?")
                    .bind(0, run.group(1))
                    .mapTo(String.class)
                    .findOne()
                    .orElseThrow(() -> Runs.noSuchRun(run.group(1)));
            return run.group(2).isEmpty() ? root : root + "/" + run.group(2);
        }
        var logged = LOGGED.matcher(source);
        if (logged.matches()) {
            return LoggedModels.artifactUri(handle, logged.group(1));
        }
        var version = VERSION.matcher(source);
        if (version.matches()) {
            return handle.createQuery("SELECT storage_location FROM model_versions WHERE name = ? AND version = ?")
                    .bind(0, version.group(1))
                    .bind(1, Integer.parseInt(version.group(2)))
                    .mapTo(String.class)
                    .findOne()
                    .orElseThrow(() -> FaultException.notFound(
                            "Model Version (name=%s, version=%s) not found".formatted(version.group(1), version.group(2))));
        }
        return source;
    }
}
