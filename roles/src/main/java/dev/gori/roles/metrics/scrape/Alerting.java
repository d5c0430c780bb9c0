package dev.gori.roles.metrics.scrape;

import dev.gori.machinery.conf.Section;
import dev.gori.roles.metrics.relabel.Relabel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The section `alerting` of a Prometheus configuration: whom to tell of alerts, and what to change
/// in their labels before.
///
/// @param addresses without `/api/v2`
record Alerting(List<URI> addresses, List<Relabel> relabels) {

    Alerting {
        addresses = List.copyOf(addresses);
        relabels = List.copyOf(relabels);
    }

    static Alerting read(Section s) {
        var relabels = Relabel.read(s, "alert_relabel_configs");
        var addresses = new ArrayList<URI>();
        for (var one : s.sections("alertmanagers")) {
            addresses.addAll(addresses(one));
        }
        s.finish();
        return new Alerting(addresses, relabels);
    }

    private static List<URI> addresses(Section s) {
        var scheme =
                s.scalar(
                                "scheme",
                                "http or https",
                                text -> {
                                    if (!text.equals("http") && !text.equals("https")) {
                                        throw new IllegalArgumentException(text);
                                    }
                                    return text;
                                })
                        .orElse("http");
        var prefix = s.textOr("path_prefix", "").replaceAll("/+$", "");
        s.scalar(
                "api_version",
                "v2",
                text -> {
                    if (!text.equals("v2")) {
                        throw new IllegalArgumentException(text);
                    }
                    return text;
                });
        s.plain("timeout"); // ten seconds for all
        var found = new ArrayList<URI>();
        for (var targets : s.sections("static_configs")) {
            for (var target : targets.texts("targets")) {
                address(
                        s,
                        scheme
                                + "://"
                                + target
                                + (prefix.isEmpty() || prefix.startsWith("/")
                                        ? prefix
                                        : "/" + prefix),
                        found);
            }
            targets.map("labels"); // they would only be seen by relabelling
            targets.finish();
        }
        s.finish();
        return found;
    }

    private static void address(Section s, String text, List<URI> to) {
        try {
            var uri = URI.create(text);
            if (uri.getHost() != null) {
                to.add(uri);
                return;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        s.problems()
                .add("%s: '%s' (expected: host:port)".formatted(s.where("static_configs"), text));
    }
}
