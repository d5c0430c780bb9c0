package dev.gori.git;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/// Looks at the names in a tree: whether a clone of it can be checked out everywhere, and whether a
/// path stays where it says.
final class PathChecker {

  private final ObjectChecker checker = new ObjectChecker();
  private final Map<String, String> folded = new HashMap<>();
  private final Consumer<String> problem;

  PathChecker(Consumer<String> problem) {
    this.problem = problem;
  }

  void check(String path, byte[] raw) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw));
    } catch (CharacterCodingException _) {
      problem.accept("%s: a name that is not UTF-8 (expected: UTF-8)".formatted(path));
      return;
    }
    if (path.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\')) {
      problem.accept(
          "%s: a control character or backslash in the name (expected: neither)"
              .formatted(path.replaceAll("\\p{Cntrl}", "?")));
      return;
    }
    try {
      checker.checkPath(raw, 0, raw.length);
    } catch (CorruptObjectException e) {
      problem.accept("%s: %s (expected: another name)".formatted(path, e.getMessage()));
      return;
    }
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      var part = end < 0 ? path : path.substring(0, end);
      var other = folded.putIfAbsent(part.toLowerCase(Locale.ROOT), part);
      if (other != null && !other.equals(part)) {
        problem.accept(
            "%s: differs from %s in the case of letters alone (expected: another name)"
                .formatted(part, other));
        return;
      }
      if (end < 0) {
        return;
      }
    }
  }
}
