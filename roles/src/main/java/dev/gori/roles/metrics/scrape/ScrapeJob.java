package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of `scrape_configs`.
///
/// @param sampleLimit the most samples that one scrape may bring after relabelling; 0 for no limit
/// @param bodyLimit the longest answer; 0 for the default
/// @param labelLimit the most labels of a sample; 0 for no limit
/// @param labelValueLimit the longest label value; 0 for no limit
/// @param files patterns of file discovery
record ScrapeJob(
        String name,
        Duration interval,
        Duration timeout,
        String scheme,
        String path,
        Map<String, List<String>> params,
        boolean honorLabels,
        boolean honorTimestamps,
        Credentials credentials,
        int sampleLimit,
        Bytes bodyLimit,
        int labelLimit,
        int labelValueLimit,
        List<StaticTargets> targets,
        List<FileTargets> files,
        List<Relabel> relabel,
        List<Relabel> metricRelabel) {

    /// Targets with labels in common, as they are written in the file or found in a discovered one.
    record StaticTargets(String source, List<String> addresses, Labels labels) {}

    record FileTargets(List<Path> patterns, Duration refresh) {}

    /// What is sent as `Authorization`; files are read anew for each scrape, so that a secret can be replaced.
    ///
    /// @param type `Bearer` or another scheme; `Basic` is made of user and password
    record Credentials(String type, String user, Optional<String> secret, Optional<Path> file) {
        static final Credentials NONE = new Credentials("", "", Optional.empty(), Optional.empty());

        @Override
        public String toString() {
            return type.isEmpty() ? "none" : type + " <secret>";
        }
    }
}
