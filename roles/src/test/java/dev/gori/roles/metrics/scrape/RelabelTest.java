package dev.gori.roles.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.machinery.conf.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RelabelTest {

    private static final ScrapeConfig.Defaults DEFAULTS =
            new ScrapeConfig.Defaults(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(15), Path.of("/data"), false);

    record Case(String name, String steps, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> relabels() {
        return Stream.of(
                new Case("replace", "{source_labels: [a], regex: 'f(.*)', target_label: d, replacement: 'ch${1}-ch${1}'}", "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"choo-choo\"}"),
                new Case("replace needs the whole", "{source_labels: [a], regex: 'f', target_label: d}", "{a=\"foo\", b=\"bar\", c=\"baz\"}"),
                new Case("joined by a separator", "{source_labels: [a, b], separator: '-', target_label: d}", "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"foo-bar\"}"),
                new Case("an empty replacement removes", "{target_label: a, replacement: ''}", "{b=\"bar\", c=\"baz\"}"),
                new Case("the target can be a template", "{source_labels: [a], target_label: 'x_$1', replacement: v}", "{a=\"foo\", b=\"bar\", c=\"baz\", x_foo=\"v\"}"),
                new Case("keep", "{source_labels: [a], regex: 'fo+', action: keep}", "{a=\"foo\", b=\"bar\", c=\"baz\"}"),
                new Case("keep drops others", "{source_labels: [a], regex: 'no', action: keep}", "dropped"),
                new Case("drop", "{source_labels: [a], regex: '.*o.*', action: drop}", "dropped"),
                new Case("keepequal", "{source_labels: [a], target_label: b, action: keepequal}", "dropped"),
                new Case("dropequal", "{source_labels: [a], target_label: a, action: dropequal}", "dropped"),
                new Case("hashmod", "{source_labels: [c], target_label: d, action: hashmod, modulus: 1000}", "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"976\"}"),
                new Case("labelmap", "{regex: '(a|b)', replacement: 'my_$1', action: labelmap}", "{a=\"foo\", b=\"bar\", c=\"baz\", my_a=\"foo\", my_b=\"bar\"}"),
                new Case("labeldrop", "{regex: 'a|b', action: labeldrop}", "{c=\"baz\"}"),
                new Case("labelkeep", "{regex: 'a', action: labelkeep}", "{a=\"foo\"}"),
                new Case("uppercase", "{source_labels: [a], target_label: a, action: uppercase}", "{a=\"FOO\", b=\"bar\", c=\"baz\"}"),
                new Case("lowercase", "{source_labels: [a], target_label: d, action: lowercase}", "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"foo\"}"),
                new Case("one after the other", "{regex: 'a', action: labeldrop}, {source_labels: [a], regex: '', target_label: e, replacement: gone}", "{b=\"bar\", c=\"baz\", e=\"gone\"}"));
    }

    @ParameterizedTest
    @MethodSource
    void relabels(Case c) {
        var problems = new Problems();
        var config = ScrapeConfig.parse("s.yaml", "scrape_configs:\n- job_name: j\n  relabel_configs: [" + c.steps() + "]\n", DEFAULTS, problems);
        assertThat(problems.all()).isEmpty();
        var labels = Labels.of("a", "foo", "b", "bar", "c", "baz");
        assertThat(Relabel.all(config.jobs().getFirst().relabel(), labels).map(Labels::toString).orElse("dropped")).isEqualTo(c.expected());
    }

    static Stream<Case> refuses() {
        return Stream.of(
                new Case("unknown key", "scrape_confgs: []", "s.yaml:1: unknown key 'scrape_confgs', did you mean 'scrape_configs'?"),
                new Case("no name", "scrape_configs:\n- metrics_path: /m", "s.yaml:2 scrape_configs[0]: key 'job_name' is missing (expected: a name for the job label)"),
                new Case("a name twice", "scrape_configs:\n- job_name: a\n- job_name: a", "s.yaml:3 scrape_configs[1].job_name: 'a' (expected: each job name once)"),
                new Case("timeout over interval", "scrape_configs:\n- job_name: a\n  scrape_timeout: 9s", "s.yaml:3 scrape_configs[0].scrape_timeout: 9s (expected: at most scrape_interval (5s))"),
                new Case("bad expression", "scrape_configs:\n- job_name: a\n  relabel_configs:\n  - {regex: '(', action: drop}",
                        "s.yaml:4 scrape_configs[0].relabel_configs[0].regex: '(' is no regular expression: missing closing ) (expected: RE2 syntax)"),
                new Case("hashmod without modulus", "scrape_configs:\n- job_name: a\n  relabel_configs:\n  - {action: hashmod, target_label: x}",
                        "s.yaml:4 scrape_configs[0].relabel_configs[0].modulus: 0 (expected: 1 or more for action hashmod)"));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(Case c) {
        var problems = new Problems();
        ScrapeConfig.parse("s.yaml", c.steps(), DEFAULTS, problems);
        assertThat(problems.all()).contains(c.expected());
    }
}
