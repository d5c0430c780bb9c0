package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The index finds the series that match when the matcher is applied to every series.
final class PostingsTest {

  private static final List<String> VALUES =
      List.of("", "a", "ab", "abc", "b", "a|b", "b.c", "bxc", "x\ny", "zé", "z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a|b",
        "a|",
        "|",
        "ab?",
        "ab*",
        "abc?",
        "ab+",
        "a.*",
        "a.+",
        ".*",
        ".+",
        "b.c",
        "b\\.c",
        "(a|b)",
        "(a|b).*",
        "[ab].*",
        "a{0,1}",
        "a{0,1}b",
        "zé?",
        "x.y",
        "a|b.*",
        "^a$",
        "(?i)A",
        "a\\|b",
        "nothing",
        "nothing|a"
      })
  void findsWhatTryingFinds(String value) {
    var index = new MemPostings();
    var all = new ArrayList<Labels>();
    for (var one : VALUES) {
      all.add(Labels.of(Labels.NAME, "m", "v", one));
      index.add(all.size() - 1, all.getLast());
    }
    for (var op : Matcher.Op.values()) {
      var matcher = new Matcher("v", op, value);
      var wanted = new ArrayList<Integer>();
      for (int i = 0; i < all.size(); i++) {
        if (matcher.matches(all.get(i))) {
          wanted.add(i);
        }
      }
      var found = index.matching(List.of(matcher)).stream().boxed().toList();
      assertThat(found).as("%s", matcher).isEqualTo(wanted);
    }
  }
}
