package dev.gori.roles.metrics.api;

import dev.gori.engines.promql.Options;
import dev.gori.engines.promql.Points;
import dev.gori.engines.promql.PromQl;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import dev.gori.machinery.http.Routes;
import dev.gori.roles.metrics.scrape.Scraping;
import dev.gori.roles.metrics.store.SampleStore;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.TreeMap;

/// `/federate`: the newest sample of every series that is asked for, in the text format, for
/// another Prometheus to scrape.
final class Federation {

    private record Newest(Labels labels, long millis, double value) {}

    private final SampleStore store;
    private final Scraping scraping;
    private final PromQl promql;
    private final long lookback;
    private final Time time;

    Federation(SampleStore store, Scraping scraping, Options options, PromQl promql, Time time) {
        this.store = store;
        this.scraping = scraping;
        this.promql = promql;
        this.lookback = options.lookback().toMillis();
        this.time = time;
    }

    void mount(Routes routes) {
        routes.get("/federate", this::federate);
    }

    private Reply federate(Request request) {
        long now = time.millis();
        var found =
                new TreeMap<Labels, Newest>(
                        Comparator.comparing(Labels::metric)
                                .thenComparing(Comparator.naturalOrder()));
        for (var matchers : new Parameters(request).unnamedSelectors(promql)) {
            for (var series : store.select(matchers, now - lookback + 1, now)) {
                var points = new Points();
                series.read(points);
                int last = points.size() - 1;
                while (last >= 0 && points.millisAt(last) > now) {
                    last--;
                }
                if (last >= 0
                        && points.millisAt(last) > now - lookback
                        && points.histogramAt(last) == null
                        && !Sample.isStale(points.valueAt(last))) {
                    found.put(
                            series.labels(),
                            new Newest(
                                    series.labels(), points.millisAt(last), points.valueAt(last)));
                }
            }
        }
        return Reply.bytes(
                200,
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
                text(found).getBytes(StandardCharsets.UTF_8));
    }

    private String text(TreeMap<Labels, Newest> found) {
        var external = scraping.config().externalLabels();
        var out = new StringBuilder();
        var family = "";
        for (var newest : found.values()) {
            var name = newest.labels().metric();
            if (!name.isEmpty()) {
                if (!name.equals(family)) {
                    out.append("# TYPE ").append(legacy(name)).append(" untyped\n");
                    family = name;
                }
                line(out, name, external, newest);
            }
        }
        return out.toString();
    }

    /// A series without `instance` gets an empty one, so that whoever reads this with
    /// `honor_labels` does not put its own there.
    private static void line(StringBuilder out, String name, Labels external, Newest newest) {
        var own = newest.labels();
        var shown = new LinkedHashMap<String, String>();
        own.forEach(shown::put);
        shown.remove(Labels.NAME);
        external.forEach(shown::putIfAbsent);
        shown.putIfAbsent("instance", "");
        out.append(legacy(name)).append('{');
        boolean first = true;
        for (var label : shown.entrySet()) {
            label(out, first, label.getKey(), label.getValue());
            first = false;
        }
        out.append("} ")
                .append(GoText.general(newest.value()))
                .append(' ')
                .append(newest.millis())
                .append('\n');
    }

    private static void label(StringBuilder out, boolean first, String name, String value) {
        out.append(first ? "" : ",")
                .append(legacy(name))
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\""))
                .append('"');
    }

    /// A name that the older format cannot carry has underscores where its other characters are.
    private static String legacy(String name) {
        return name.replaceAll("[^a-zA-Z0-9_:]", "_").replaceFirst("^([0-9])", "_$1");
    }
}
