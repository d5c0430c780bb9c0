package dev.gori.roles.metrics.scrape;

import dev.gori.machinery.conf.Conf.Value;
import dev.gori.machinery.conf.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Looks through a whole configuration for names of files that lead out of where it may read and
/// write. It goes by the keys' names, so that a key that is new is not forgotten.
///
/// @param base that relative names start from: the folder of the file that says them
record NamedFiles(String file, ConfigPlace place, Path base, Problems problems) {

    /// Mappings whose keys are anybody's.
    private static final Set<String> FREE =
            Set.of("labels", "external_labels", "params", "headers");

    void check(Value value) {
        switch (value) {
            case Value.Absent _, Value.Scalar _ -> {}
            case Value.Items(int _, var items) -> items.forEach(this::check);
            case Value.Keys(int _, var keys, var _) ->
                    keys.forEach(
                            (key, inner) -> {
                                if (namesFiles(key)) {
                                    names(key, inner);
                                } else if (!FREE.contains(key)) {
                                    check(inner);
                                }
                            });
        }
    }

    private static boolean namesFiles(String key) {
        return key.endsWith("_file") || key.endsWith("_files") || key.equals("files");
    }

    private void names(String key, Value value) {
        var all = value instanceof Value.Items(int _, var items) ? items : List.of(value);
        for (var one : all) {
            if (one instanceof Value.Scalar(int line, var name, boolean _)
                    && !name.isEmpty()
                    && !place.allows(base.resolve(name))) {
                problems.add(
                        "%s:%d %s: '%s' (expected: a file in %s, without '..' out of it; put or link what is needed there)"
                                .formatted(file, line, key, name, place.folder()));
            }
        }
    }
}
