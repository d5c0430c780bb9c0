package dev.gori.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.merge.MergeAlgorithm;
import org.eclipse.jgit.merge.MergeFormatter;

/// Reverts a commit, file by file: the three sides are the commit (base), the head (ours) and the
/// commit's parent (theirs).
final class ThreeWayMerge {

  private ThreeWayMerge() {}

  /// @param paths what the commit changed
  static RevertMerge undo(Tree head, Tree commit, Tree parent, Collection<String> paths) {
    var edits = new LinkedHashMap<String, Optional<byte[]>>();
    var conflicts = new ArrayList<String>();
    for (var path : paths) {
      var base = commit.file(path);
      var ours = head.file(path);
      var theirs = parent.file(path);
      if (same(ours, theirs)) {
        continue;
      }
      if (same(ours, base)) {
        edits.put(path, theirs);
        continue;
      }
      merged(base, ours, theirs)
          .ifPresentOrElse(text -> edits.put(path, Optional.of(text)), () -> conflicts.add(path));
    }
    edits.entrySet().removeIf(edit -> same(edit.getValue(), head.file(edit.getKey())));
    return conflicts.isEmpty() ? new RevertMerge.Clean(edits) : new RevertMerge.Conflict(conflicts);
  }

  private static Optional<byte[]> merged(
      Optional<byte[]> base, Optional<byte[]> ours, Optional<byte[]> theirs) {
    if (ours.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    var before = new RawText(base.orElse(new byte[0]));
    var left = new RawText(ours.get());
    var right = new RawText(theirs.get());
    var result = new MergeAlgorithm().merge(RawTextComparator.DEFAULT, before, left, right);
    if (result.containsConflicts()) {
      return Optional.empty();
    }
    var text = new ByteArrayOutputStream();
    try {
      new MergeFormatter()
          .formatMerge(text, result, List.of("commit", "head", "parent"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(text.toByteArray());
  }

  private static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
    return Arrays.equals(one.orElse(null), other.orElse(null));
  }
}
