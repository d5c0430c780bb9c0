package dev.gori.rulefiles;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;

/// Whatever stands in a rule file is read, or its problems are told with the file's name. Stored
/// cases run with every build; `bench/fuzz/run` looks for new ones.
final class RuleFileFuzzTest {

  @FuzzTest
  void yaml(byte[] bytes) {
    var problems = new ArrayList<String>();
    var file =
        RuleFile.parse(
            "rules.yaml",
            new String(bytes, StandardCharsets.UTF_8),
            _ -> Optional.empty(),
            problems);
    if (problems.isEmpty()) {
      assertThat(file.groups()).allSatisfy(group -> assertThat(group.name()).isNotEmpty());
    }
    assertThat(problems).allSatisfy(line -> assertThat(line).startsWith("rules.yaml"));
  }
}
