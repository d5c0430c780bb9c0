package dev.gori.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs the scripts of `src/test/scripts/gotemplate`; what they expect is what Go itself gives.
final class TemplateScriptsTest {
  private static final Path SCRIPTS = Path.of("src/test/scripts/gotemplate");

  record Case(String name, String template, String expected) {
    static Case of(String block) {
      int line = block.indexOf('\n');
      var body = block.substring(line + 1);
      int split = body.lastIndexOf("\n--\n");
      var expected = body.substring(split + 4);
      return new Case(
          block.substring(0, line),
          body.substring(0, split),
          expected.substring(0, expected.length() - 1));
    }

    void check() {
      var set = TemplateSet.of(Functions.NONE, TemplateSet.MissingKey.NO_VALUE);
      if (expected.startsWith("error: ")) {
        assertThatThrownBy(() -> set.text("test", template, data()))
            .isInstanceOf(TemplateException.class)
            .hasMessageStartingWith("test:")
            .hasMessageContaining(expected.substring(7));
      } else {
        assertThat(set.text("test", template, data())).isEqualTo(expected);
      }
    }
  }

  private static Map<String, Object> data() {
    var data = new LinkedHashMap<String, Object>();
    data.put("Name", "api");
    data.put("N", 3);
    data.put("F", 2.5);
    data.put("Big", 1234567.0);
    data.put("Huge", 1e21);
    data.put("Small", 0.000012);
    data.put("List", List.of("a", "b", "c"));
    data.put("Numbers", List.of(1, 2, 3));
    data.put("Map", Map.of("y", 2, "x", 1));
    data.put("Empty", List.of());
    data.put("Nil", null);
    data.put("Yes", true);
    data.put("Html", "<a href='x'>\"&");
    data.put("Nested", Map.of("A", Map.of("B", "deep")));
    data.put("Negative", -7);
    return data;
  }

  @TestFactory
  Stream<DynamicTest> scripts() throws IOException {
    try (var files = Files.list(SCRIPTS)) {
      return files.sorted().toList().stream().flatMap(TemplateScriptsTest::cases);
    }
  }

  private static Stream<DynamicTest> cases(Path file) {
    try {
      return Arrays.stream(Files.readString(file).split("(?m)^== "))
          .skip(1)
          .map(Case::of)
          .map(c -> DynamicTest.dynamicTest(file.getFileName() + ": " + c.name(), c::check));
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }
}
