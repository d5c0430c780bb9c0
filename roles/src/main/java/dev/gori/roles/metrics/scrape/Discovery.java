package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.machinery.conf.Conf;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.conf.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/// Finds the targets of jobs: from the configuration, and from files that others write. A file that
/// cannot be read keeps what it said before. For one thread.
final class Discovery {

    private final Logger log;
    private final Map<Path, List<ScrapeJob.StaticTargets>> lastGood = new HashMap<>();

    Discovery(Logger log) {
        this.log = log;
    }

    List<Target.Found> find(List<ScrapeJob> jobs) {
        var found = new ArrayList<Target.Found>();
        for (var job : jobs) {
            job.targets()
                    .forEach(
                            group ->
                                    group.addresses()
                                            .forEach(
                                                    address ->
                                                            found.add(
                                                                    Target.of(
                                                                            job,
                                                                            address,
                                                                            group.labels(),
                                                                            Labels.EMPTY))));
            for (var files : job.files()) {
                for (var file : matching(files.patterns())) {
                    var meta = Labels.of("__meta_filepath", file.toString());
                    read(file)
                            .forEach(
                                    group ->
                                            group.addresses()
                                                    .forEach(
                                                            address ->
                                                                    found.add(
                                                                            Target.of(
                                                                                    job,
                                                                                    address,
                                                                                    group.labels(),
                                                                                    meta))));
                }
            }
        }
        return found;
    }

    private List<Path> matching(List<FilePattern> patterns) {
        var files = new ArrayList<Path>();
        for (var pattern : patterns) {
            try {
                files.addAll(pattern.files());
            } catch (IOException e) {
                log.warn("discovery files={} cannot be listed: {}", pattern, e.getMessage());
            }
        }
        return files;
    }

    private List<ScrapeJob.StaticTargets> read(Path file) {
        var problems = new Problems();
        try {
            // JSON is YAML; the list at the top becomes the value of a key
            var text = "targets:\n" + Files.readString(file).indent(2);
            Section top = Conf.parse(file.toString(), text, problems);
            var groups = JobReader.targets(top, "targets");
            if (problems.isEmpty()) {
                lastGood.put(file, groups);
                return groups;
            }
            log.warn(
                    "discovery file={} is not used, what it said before holds: {}",
                    file,
                    String.join("; ", problems.all()));
        } catch (IOException e) {
            log.warn(
                    "discovery file={} cannot be read, what it said before holds: {}",
                    file,
                    e.getMessage());
        }
        return lastGood.getOrDefault(file, List.of());
    }
}
