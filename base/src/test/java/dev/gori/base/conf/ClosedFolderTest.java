package dev.gori.base.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.conf.Conf.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ClosedFolderTest {

  @TempDir Path top;

  private Path alerts;
  private ConfinedDirectory closed;

  @BeforeEach
  void prepare() throws IOException {
    var data = Files.createDirectories(top.resolve("data"));
    alerts = Files.createDirectories(data.resolve("dev/alerts"));
    closed = new ConfinedDirectory(alerts, data.resolve("dev"));
    Files.writeString(data.resolve("dev/token"), "of dev");
    Files.writeString(Files.createDirectories(data.resolve("prod")).resolve("token"), "of prod");
    Files.writeString(top.resolve("certificate"), "of the machine");
    link("certificate", "../../../certificate");
    link("own", "../token");
    link("others", "../../prod/token");
    link("others-folder", "../../prod");
    link("not-yet", "../../prod/later");
    link("twice", "others");
    Files.createDirectories(alerts.resolve("..data-1"));
    Files.writeString(alerts.resolve("..data-1/key"), "mounted");
    link("key", "..data-1/key");
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(alerts.resolve(name), Path.of(target));
  }

  record Case(String name, boolean isAllowed) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> names() {
    return Stream.of(
        new Case("slack-url", true),
        new Case("sub/not-there", true),
        new Case("sub/../slack-url", true),
        new Case("certificate", true),
        new Case("own", true),
        new Case("key", true),
        new Case("", false),
        new Case(".", false),
        new Case("../token", false),
        new Case("../../prod/token", false),
        new Case("sub/../../x", false),
        new Case("/etc/passwd", false),
        new Case("others", false),
        new Case("others-folder/token", false),
        new Case("not-yet", false),
        new Case("twice", false));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aNameThatLeadsToAnotherEnvironmentIsRefused(Case name) throws IOException {
    assertThat(closed.contains(alerts.resolve(name.name()))).isEqualTo(name.isAllowed());
    if (name.isAllowed()) {
      assertThat(closed.open(Path.of(name.name()))).isEqualTo(alerts.resolve(name.name()));
    } else {
      assertThatThrownBy(() -> closed.open(Path.of(name.name())))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("'" + name.name() + "'", "expected:");
    }
  }

  @Test
  void aWholeConfigurationIsLookedThroughByTheNamesOfItsKeys() {
    var problems = new Problems();
    var value =
        Conf.value(
                "alertmanager.yaml",
                """
                                templates: ['templates/*.tmpl', '../../prod/x.tmpl']
                                receivers:
                                - name: x
                                  labels: {some_file: /etc/passwd}
                                  webhook_configs:
                                  - url_file: others
                                    new_key: {very_new_file: ../token}
                                """,
                problems)
            .orElse(new Value.Absent(1));
    closed.check("alertmanager.yaml", value, alerts, problems);
    assertThat(problems.all())
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .startsWith(
                        "alertmanager.yaml:1 templates: '../../prod/x.tmpl' (expected: a file in "),
            one ->
                assertThat(one).startsWith("alertmanager.yaml:6 url_file: 'others' is a link to "),
            one -> assertThat(one).startsWith("alertmanager.yaml:7 very_new_file: '../token'"));
  }
}
