package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.ScrapeProtocol;
import dev.gori.metrics.relabel.Relabel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ScrapeConfigTest {

  private static final ScrapeConfig.Defaults DEFAULTS =
      new ScrapeConfig.Defaults(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          ConfigDirectory.open(Path.of("/data")),
          false);

  record Case(String name, String steps, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> relabels() {
    return Stream.of(
        new Case(
            "replace",
            "{source_labels: [a], regex: 'f(.*)', target_label: d, replacement: 'ch${1}-ch${1}'}",
            "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"choo-choo\"}"),
        new Case(
            "replace needs the whole",
            "{source_labels: [a], regex: 'f', target_label: d}",
            "{a=\"foo\", b=\"bar\", c=\"baz\"}"),
        new Case(
            "joined by a separator",
            "{source_labels: [a, b], separator: '-', target_label: d}",
            "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"foo-bar\"}"),
        new Case(
            "an empty replacement removes",
            "{target_label: a, replacement: ''}",
            "{b=\"bar\", c=\"baz\"}"),
        new Case(
            "the target can be a template",
            "{source_labels: [a], target_label: 'x_$1', replacement: v}",
            "{a=\"foo\", b=\"bar\", c=\"baz\", x_foo=\"v\"}"),
        new Case(
            "keep",
            "{source_labels: [a], regex: 'fo+', action: keep}",
            "{a=\"foo\", b=\"bar\", c=\"baz\"}"),
        new Case("keep drops others", "{source_labels: [a], regex: 'no', action: keep}", "dropped"),
        new Case("drop", "{source_labels: [a], regex: '.*o.*', action: drop}", "dropped"),
        new Case(
            "keepequal", "{source_labels: [a], target_label: b, action: keepequal}", "dropped"),
        new Case(
            "dropequal", "{source_labels: [a], target_label: a, action: dropequal}", "dropped"),
        new Case(
            "hashmod",
            "{source_labels: [c], target_label: d, action: hashmod, modulus: 1000}",
            "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"976\"}"),
        new Case(
            "labelmap",
            "{regex: '(a|b)', replacement: 'my_$1', action: labelmap}",
            "{a=\"foo\", b=\"bar\", c=\"baz\", my_a=\"foo\", my_b=\"bar\"}"),
        new Case("labeldrop", "{regex: 'a|b', action: labeldrop}", "{c=\"baz\"}"),
        new Case("labelkeep", "{regex: 'a', action: labelkeep}", "{a=\"foo\"}"),
        new Case(
            "uppercase",
            "{source_labels: [a], target_label: a, action: uppercase}",
            "{a=\"FOO\", b=\"bar\", c=\"baz\"}"),
        new Case(
            "lowercase",
            "{source_labels: [a], target_label: d, action: lowercase}",
            "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"foo\"}"),
        new Case(
            "one after the other",
            "{regex: 'a', action: labeldrop}, {source_labels: [a], regex: '', target_label: e, replacement: gone}",
            "{b=\"bar\", c=\"baz\", e=\"gone\"}"));
  }

  @ParameterizedTest
  @MethodSource
  void relabels(Case c) {
    var problems = new Problems();
    var config =
        ScrapeConfig.parse(
            "s.yaml",
            "scrape_configs:\n- job_name: j\n  relabel_configs: [" + c.steps() + "]\n",
            DEFAULTS,
            problems);
    assertThat(problems.all()).isEmpty();
    var labels = Labels.of("a", "foo", "b", "bar", "c", "baz");
    assertThat(
            Relabel.all(config.jobs().getFirst().relabel(), labels)
                .map(Labels::toString)
                .orElse("dropped"))
        .isEqualTo(c.expected());
  }

  @Test
  void whatGlobalSaysHoldsForAllJobs() {
    var problems = new Problems();
    var config =
        ScrapeConfig.parse(
            "s.yaml",
            """
                global: {scrape_native_histograms: true, sample_limit: 5, body_size_limit: 1MB, extra_scrape_metrics: true, label_limit: 7}
                scrape_configs:
                - {job_name: a}
                - {job_name: b, scrape_native_histograms: false, sample_limit: 0, native_histogram_min_bucket_factor: 1.1}
                """,
            DEFAULTS,
            problems);
    assertThat(problems.all()).isEmpty();
    var a = config.jobs().getFirst();
    assertThat(a.options().protocols()).isEqualTo(ScrapeProtocol.WITH_NATIVE_HISTOGRAMS);
    assertThat(a.options().extraMetrics()).isTrue();
    assertThat(a.limits()).isEqualTo(new ScrapeJob.Limits(5, 1 << 20, 7, 0, 0, 0, 0, 0, 8));
    var b = config.jobs().getLast();
    assertThat(b.options().protocols()).isEqualTo(ScrapeProtocol.DEFAULTS);
    assertThat(b.limits())
        .as("a zero says nothing")
        .isEqualTo(new ScrapeJob.Limits(5, 1 << 20, 7, 0, 0, 0, 0, 0, 2));
  }

  /// The table of Prometheus's documentation.
  @Test
  void aGrowthFactorIsASchema() {
    double[] factors = {0, 65536, 256, 16, 4, 2, 1.4, 1.1, 1.09, 1.04, 1.02, 1.01, 1.005, 1.002};
    int[] schemas = {8, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    for (int i = 0; i < factors.length; i++) {
      assertThat(ScrapeJob.Limits.finestSchema(factors[i]))
          .as("factor %s", factors[i])
          .isEqualTo(schemas[i]);
    }
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case(
            "unknown key",
            "scrape_confgs: []",
            "s.yaml:1: unknown key 'scrape_confgs', did you mean 'scrape_configs'?"),
        new Case(
            "no name",
            "scrape_configs:\n- metrics_path: /m",
            "s.yaml:2 scrape_configs[0]: key 'job_name' is missing (expected: a name for the job label)"),
        new Case(
            "a name twice",
            "scrape_configs:\n- job_name: a\n- job_name: a",
            "s.yaml:3 scrape_configs[1].job_name: 'a', as in s.yaml:2 scrape_configs[0].job_name (expected: each job name once)"),
        new Case(
            "timeout over interval",
            "scrape_configs:\n- job_name: a\n  scrape_timeout: 9s",
            "s.yaml:3 scrape_configs[0].scrape_timeout: 9s (expected: at most scrape_interval (5s))"),
        new Case(
            "bad expression",
            "scrape_configs:\n- job_name: a\n  relabel_configs:\n  - {regex: '(', action: drop}",
            "s.yaml:4 scrape_configs[0].relabel_configs[0].regex: '(' is not a regular expression: missing closing ) (expected: RE2 syntax)"),
        new Case(
            "a suggestion",
            "scrape_configs:\n- job_name: a\n  tls_config: {ca_fle: x}",
            "s.yaml:3 scrape_configs[0].tls_config: unknown key 'ca_fle', did you mean 'ca_file'?"),
        new Case(
            "what is not supported",
            "scrape_configs:\n- job_name: a\n  proxy_connect_header: {a: [b]}",
            "s.yaml:3 scrape_configs[0].proxy_connect_header: 'proxy_connect_header' (expected: no such key: not supported)"),
        new Case(
            "a token without a place to fetch it",
            "scrape_configs:\n- job_name: a\n  oauth2: {client_id: x}",
            "s.yaml:3 scrape_configs[0].oauth2: key 'token_url' is missing (expected: where a token is fetched)"),
        new Case(
            "a key of OAuth 2.0 that is not supported",
            "scrape_configs:\n- job_name: a\n  oauth2: {client_id: x, token_url: 'http://a/', iss: me}",
            "s.yaml:3 scrape_configs[0].oauth2.iss: 'iss' (expected: no such key: not supported)"),
        new Case(
            "an unknown protocol",
            "global: {scrape_protocols: [Text]}",
            "s.yaml:1 global.scrape_protocols: 'Text' (expected: PrometheusProto, OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0, PrometheusText0.0.4)"),
        new Case(
            "a protocol twice",
            "global: {scrape_protocols: [PrometheusProto, PrometheusProto]}",
            "s.yaml:1 global.scrape_protocols: 'PrometheusProto' twice (expected: each protocol once)"),
        new Case(
            "two ways to authenticate",
            "scrape_configs:\n- job_name: a\n  basic_auth: {username: u}\n  bearer_token: t",
            "s.yaml:3 scrape_configs[0].basic_auth: 2 ways to authenticate (expected: one of basic_auth, authorization, oauth2 and bearer_token)"),
        new Case(
            "a password twice",
            "scrape_configs:\n- job_name: a\n  basic_auth: {username: u, password: p, password_file: f}",
            "s.yaml:3 scrape_configs[0].basic_auth.password: password and password_file (expected: one of them)"),
        new Case(
            "a certificate without a key",
            "scrape_configs:\n- job_name: a\n  tls_config: {cert_file: c}",
            "s.yaml:3 scrape_configs[0].tls_config.cert_file: no key (expected: both or neither)"),
        new Case(
            "versions the wrong way round",
            "scrape_configs:\n- job_name: a\n  tls_config: {min_version: TLS13, max_version: TLS12}",
            "s.yaml:3 scrape_configs[0].tls_config.max_version: TLS12 (expected: at least min_version)"),
        new Case(
            "a reserved header",
            "scrape_configs:\n- job_name: a\n  http_headers: {Host: {values: [x]}}",
            "s.yaml:3 scrape_configs[0].http_headers: 'Host' (expected: a header that is not set in other ways)"),
        new Case(
            "a proxy with a password",
            "scrape_configs:\n- job_name: a\n  proxy_url: http://u:p@proxy:1",
            "s.yaml:3 scrape_configs[0].proxy_url: 'http://u:p@proxy:1' (expected: http://host:port, without a password)"),
        new Case(
            "no_proxy alone",
            "scrape_configs:\n- job_name: a\n  no_proxy: x",
            "s.yaml:3 scrape_configs[0].no_proxy: no proxy_url (expected: a proxy_url to go with it)"),
        new Case(
            "a negative limit",
            "global: {sample_limit: -1}",
            "s.yaml:1 global.sample_limit: -1 (expected: 0 (no limit) or more)"),
        new Case(
            "legacy names and all letters",
            "scrape_configs:\n- job_name: a\n  metric_name_validation_scheme: legacy\n  metric_name_escaping_scheme: allow-utf-8",
            "s.yaml:4 scrape_configs[0].metric_name_escaping_scheme: allow-utf-8 (expected: another one where metric_name_validation_scheme is legacy)"),
        new Case(
            "a file pattern that may match anything",
            "scrape_configs:\n- job_name: a\n  file_sd_configs: [{files: ['x/*/t.yaml']}]",
            "s.yaml:3 scrape_configs[0].file_sd_configs[0].files: 'x/*/t.yaml' (expected: a name that ends in .json, .yml or .yaml, with '*' in its last part alone)"),
        new Case(
            "labeldrop with a target",
            "scrape_configs:\n- job_name: a\n  relabel_configs: [{action: labeldrop, regex: x, target_label: y}]",
            "s.yaml:3 scrape_configs[0].relabel_configs[0].target_label: 'target_label' (expected: no such key: action labeldrop does not use it)"),
        new Case(
            "hashmod without modulus",
            "scrape_configs:\n- job_name: a\n  relabel_configs:\n  - {action: hashmod, target_label: x}",
            "s.yaml:4 scrape_configs[0].relabel_configs[0].modulus: 0 (expected: 1 or more for action hashmod)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) {
    var problems = new Problems();
    ScrapeConfig.parse("s.yaml", c.steps(), DEFAULTS, problems);
    assertThat(problems.all()).contains(c.expected());
  }

  /// As Prometheus 3.16 shows them in `status/config`.
  static Stream<Case> variables() {
    return Stream.of(
        new Case("braces", "${HERE}-x", "north-x"),
        new Case("plain", "$HERE/x", "north/x"),
        new Case("up to where the name ends", "$HEREx", ""),
        new Case("a dollar", "$$HERE costs 5$$", "$HERE costs 5$"),
        new Case("one that is not set", "a${GONE}b", "ab"),
        new Case("a dollar that nothing follows", "5$", "5$"),
        new Case("a dollar before a sign", "a$.b", "a$.b"),
        new Case("braces that do not end", "${HERE", "HERE"),
        new Case("nothing in braces", "${}x", "x"),
        new Case("a name of one sign", "a$-b", "ab"));
  }

  @ParameterizedTest
  @MethodSource
  void variables(Case c) {
    var place =
        new ConfigDirectory(
            Path.of("/data"),
            false,
            _ -> Map.of(),
            Set.of(),
            EnvironmentVariables.all(Map.of("HERE", "north")));
    var problems = new Problems();
    var config = parsed(c.steps(), place, problems);
    assertThat(problems.all()).isEmpty();
    assertThat(config.externalLabels().get("x")).isEqualTo(c.expected());
  }

  @Test
  void anEnvironmentReadsItsOwnVariablesAlone() {
    var place =
        new ConfigDirectory(
            Path.of("/data"),
            true,
            _ -> Map.of(),
            Set.of(),
            EnvironmentVariables.of(
                "dev", Map.of("GORI_DEV_ZONE", "north", "GORI_PROD_TOKEN", "secret")));
    var problems = new Problems();
    var config = parsed("${GORI_DEV_ZONE}-$$1$GORI_DEV_GONE", place, problems);
    assertThat(problems.all()).isEmpty();
    assertThat(config.externalLabels().get("x")).isEqualTo("north-$1");

    var refused = new Problems();
    var label = parsed("a${GORI_PROD_TOKEN}b", place, refused).externalLabels().get("x");
    assertThat(label).doesNotContain("secret");
    assertThat(refused.all())
        .containsExactly(
            "s.yaml:1 global.external_labels: the variable GORI_PROD_TOKEN (expected: a variable with the prefix GORI_DEV_, others are not this environment's)");
  }

  private static ScrapeConfig parsed(String label, ConfigDirectory place, Problems problems) {
    return ScrapeConfig.parse(
        "s.yaml",
        "global: {external_labels: {x: '%s'}}".formatted(label),
        new ScrapeConfig.Defaults(
            DEFAULTS.interval(), DEFAULTS.timeout(), DEFAULTS.evaluationInterval(), place, false),
        problems);
  }
}
