package dev.gori.delivery.desired;

import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Pins a variant's version in the text of `serving.yaml` and keeps every other line, including
/// comments.
public final class ServingFileEditor {

  private static final Pattern VARIANTS =
      Pattern.compile("variants:\\s*(\\{\\s*}|null|~)?\\s*(#.*)?");

  private ServingFileEditor() {}

  /// @param version empty removes the variant
  public static String pin(String text, String variant, OptionalInt version) {
    var edited = edit(text, variant, version);
    var problems = new Problems();
    var read = ServingFile.read(ServingFile.PATH, edited, problems);
    return problems.isEmpty() && read.pinned(variant).equals(version)
        ? edited
        : whole(text, variant, version);
  }

  /// Rewrites a file that line edits do not support, such as one with all variants in one line. The
  /// comments are lost.
  private static String whole(String text, String variant, OptionalInt version) {
    var read = ServingFile.read(ServingFile.PATH, text, new Problems());
    var variants = new LinkedHashMap<>(read.variants());
    variants.remove(variant);
    version.ifPresent(number -> variants.put(variant, new VersionRef.Version(number)));
    var lines = new StringBuilder("model: ").append(read.model()).append("\nvariants:");
    lines.append(variants.isEmpty() ? " {}\n" : "\n");
    variants.forEach(
        (name, binding) ->
            lines.append(
                switch (binding) {
                  case VersionRef.Version(int number) -> line(name, number, "") + "\n";
                  case VersionRef.Alias(var alias) -> "  " + name + ": {alias: " + alias + "}\n";
                }));
    return lines
        .append("traffic: ")
        .append(Json.text(read.traffic().json()))
        .append('\n')
        .toString();
  }

  private static String edit(String text, String variant, OptionalInt version) {
    var lines = new ArrayList<>(text.lines().toList());
    int block = indexOf(lines, 0, lines.size(), VARIANTS);
    if (block < 0) {
      return version.isPresent()
          ? text.stripTrailing() + "\nvariants:\n" + line(variant, version.getAsInt(), "") + "\n"
          : text;
    }
    int end = endOf(lines, block);
    int at =
        indexOf(
            lines,
            block + 1,
            end,
            Pattern.compile("\\s+[\"']?" + Pattern.quote(variant) + "[\"']?\\s*:.*"));
    var comment = at < 0 ? "" : commentOf(lines.get(at));
    if (at >= 0) {
      int inner = endOf(lines, at);
      lines.subList(at, Math.min(inner, end)).clear();
    }
    version.ifPresent(number -> lines.add(at < 0 ? block + 1 : at, line(variant, number, comment)));
    boolean empty =
        indexOf(lines, block + 1, endOf(lines, block), Pattern.compile("\\s+[^#\\s].*")) < 0;
    lines.set(block, (empty ? "variants: {}" : "variants:") + spaced(commentOf(lines.get(block))));
    return String.join("\n", lines) + "\n";
  }

  private static String line(String variant, int version, String comment) {
    return "  " + variant + ": {version: " + version + "}" + spaced(comment);
  }

  private static String spaced(String comment) {
    return comment.isEmpty() ? "" : "  " + comment;
  }

  private static String commentOf(String line) {
    int at = line.indexOf(" #");
    return at < 0 ? "" : line.substring(at + 1);
  }

  private static int indexOf(ArrayList<String> lines, int from, int until, Pattern pattern) {
    for (int i = from; i < until; i++) {
      if (pattern.matcher(lines.get(i)).matches()) {
        return i;
      }
    }
    return -1;
  }

  /// The index after the block that starts at `start`: that of the next line that is neither blank
  /// nor indented deeper.
  private static int endOf(ArrayList<String> lines, int start) {
    int depth = indent(lines.get(start));
    for (int i = start + 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank() && indent(lines.get(i)) <= depth) {
        return i;
      }
    }
    return lines.size();
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }
}
