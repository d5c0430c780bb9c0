package dev.gori.base.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// A list of problems is for a person: it has an end, and so has each of them.
final class ProblemsTest {

  @Test
  void theFirstThousandAreListedAndTheOthersCounted() {
    var problems = new Problems();
    for (int i = 0; i < 500_000; i++) {
      problems.add("a.yaml:1: group is a list (expected: a mapping)");
    }
    var all = new Problems();
    all.add("b.yaml:1: first");
    all.addAll(problems);
    assertThat(all.all()).hasSize(1_001).startsWith("b.yaml:1: first");
    assertThat(all.all().getLast()).isEqualTo("and 499001 problems more, which are not listed");
  }

  @Test
  void aKeyOfMegabytesIsNamedByItsBeginning() {
    var problems = new Problems();
    problems.unknownKey("a.yaml:1", "x".repeat(8 << 20), List.of("groups", "name"));
    assertThat(problems.all())
        .singleElement()
        .asString()
        .startsWith("a.yaml:1: unknown key 'xxx")
        .hasSizeLessThan(2_100);
  }
}
