package dev.gori.base.conf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Collects every problem before failing, so that one look shows the whole list. Of a file that is
/// nothing but problems, the first {@value #MOST} are listed and the others counted; a long one is
/// cut.
public final class Problems {

  private static final int NEAR = 2;
  private static final int MOST = 1_000;
  private static final int LONGEST = 2_000;

  private final List<String> found = new ArrayList<>();
  private int more;

  /// @param where `file:line key`
  public void expect(boolean ok, String where, @Nullable Object value, String expected) {
    if (!ok) {
      add("%s: %s (expected: %s)".formatted(where, value, expected));
    }
  }

  /// @param problem starts with its place
  public void add(String problem) {
    if (found.size() == MOST) {
      more++;
    } else {
      found.add(problem.length() <= LONGEST ? problem : problem.substring(0, LONGEST) + "…");
    }
  }

  public void unknownKey(String where, String key, Collection<String> known) {
    unknown(where, "key", key, known);
  }

  /// A word that is none of those that are known, such as a task's kind.
  ///
  /// @param what it names
  public void unknown(String where, String what, String word, Collection<String> known) {
    var near = nearest(word, known);
    add(
        where
            + ": unknown "
            + what
            + " '"
            + word
            + "'"
            + near.map(suggestion -> ", did you mean '" + suggestion + "'?")
                .orElseGet(
                    () ->
                        " (expected: "
                            + String.join(", ", known.stream().sorted().toList())
                            + ")"));
  }

  /// The known word that a person may have meant.
  public static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> Math.abs(candidate.length() - word.length()) <= NEAR)
        .filter(candidate -> distance(candidate, word) <= NEAR)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(candidate, word))
                .thenComparing(Comparator.naturalOrder()));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<String> all() {
    if (more == 0) {
      return List.copyOf(found);
    }
    var all = new ArrayList<>(found);
    all.add("and %d problems more, which are not listed".formatted(more));
    return List.copyOf(all);
  }

  public void addAll(Problems others) {
    others.found.forEach(this::add);
    more += others.more;
  }

  /// @throws BadConfig with all problems, when there are any
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigException(all());
    }
  }

  /// How many letters must be changed, added, left out or swapped with their neighbour to get from
  /// one word to the other.
  static int distance(String a, String b) {
    var rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1), rows[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = best;
      }
    }
    return rows[a.length()][b.length()];
  }
}
