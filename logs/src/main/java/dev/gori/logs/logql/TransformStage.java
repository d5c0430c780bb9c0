package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The stages that change a line, its labels or its value without parsing the line.
sealed interface TransformStage extends Stage {

  record LineFormat(String text, LineTemplates.LineTemplate template) implements TransformStage {
    @Override
    public boolean apply(LogLine line) {
      try {
        line.text(template.expand(line.labels(), line.text(), line.nanos()));
      } catch (IllegalArgumentException e) {
        line.error(PipelineError.TEMPLATE_FORMAT, String.valueOf(e.getMessage()));
      }
      return true;
    }

    @Override
    public String toString() {
      return "| line_format " + Literals.quoted(text);
    }
  }

  /// @param source the template, or the label to rename
  record Assignment(
      String name, String source, boolean isTemplate, LineTemplates.LineTemplate template) {
    @Override
    public String toString() {
      return name + "=" + (isTemplate ? Literals.quoted(source) : source);
    }
  }

  record LabelFormat(List<Assignment> assignments) implements TransformStage {
    @Override
    public boolean apply(LogLine line) {
      for (var assignment : assignments) {
        if (assignment.isTemplate()) {
          expand(line, assignment);
        } else if (line.has(assignment.source())) {
          var value = line.get(assignment.source());
          line.remove(assignment.source());
          line.set(assignment.name(), value);
        }
      }
      return true;
    }

    private static void expand(LogLine line, Assignment assignment) {
      try {
        line.set(
            assignment.name(),
            assignment.template().expand(line.labels(), line.text(), line.nanos()));
      } catch (IllegalArgumentException e) {
        line.error(PipelineError.TEMPLATE_FORMAT, String.valueOf(e.getMessage()));
      }
    }

    @Override
    public String toString() {
      return "| label_format "
          + assignments.stream().map(Assignment::toString).collect(Collectors.joining(", "));
    }
  }

  /// A label of `drop` or `keep`, by name alone or with a matcher for its value.
  record LabelCondition(String name, List<Matcher> condition) {
    boolean matches(LogLine line) {
      return condition.stream().allMatch(matcher -> matcher.matches(line.get(name)));
    }

    @Override
    public String toString() {
      return condition.isEmpty() ? name : condition.getFirst().toString();
    }
  }

  record Drop(List<LabelCondition> choices) implements TransformStage {
    @Override
    public boolean apply(LogLine line) {
      for (var choice : choices) {
        if (choice.matches(line)) {
          line.remove(choice.name());
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return "| drop "
          + choices.stream().map(LabelCondition::toString).collect(Collectors.joining(", "));
    }
  }

  record Keep(List<LabelCondition> choices) implements TransformStage {
    @Override
    public boolean apply(LogLine line) {
      for (var name : line.labels().names()) {
        boolean kept =
            name.startsWith("__")
                || choices.stream()
                    .anyMatch(choice -> choice.name().equals(name) && choice.matches(line));
        if (!kept) {
          line.remove(name);
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return "| keep "
          + choices.stream().map(LabelCondition::toString).collect(Collectors.joining(", "));
    }
  }

  /// Removes ANSI colour sequences.
  record Decolorize() implements TransformStage {
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*[a-zA-Z]");

    @Override
    public boolean apply(LogLine line) {
      if (line.text().indexOf('\u001b') >= 0) {
        line.text(COLOURS.matcher(line.text()).replaceAll(""));
      }
      return true;
    }

    @Override
    public String toString() {
      return "| decolorize";
    }
  }

  /// Uses a label as the value of the sample. A line without the label is dropped.
  record Unwrap(String label, Conversion conversion) implements TransformStage {

    enum Conversion {
      NONE(""),
      DURATION("duration"),
      DURATION_SECONDS("duration_seconds"),
      BYTES("bytes");

      private final String text;

      Conversion(String text) {
        this.text = text;
      }

      /// @return null when no conversion has this name
      static @Nullable Conversion of(String text) {
        for (var conversion : values()) {
          if (conversion != NONE && conversion.text.equals(text)) {
            return conversion;
          }
        }
        return null;
      }
    }

    @Override
    public boolean apply(LogLine line) {
      if (!line.has(label)) {
        return false;
      }
      var text = line.get(label);
      var value =
          switch (conversion) {
            case NONE -> LabelFilter.Unit.NUMBER.read(text);
            case DURATION, DURATION_SECONDS -> LabelFilter.Unit.DURATION.read(text);
            case BYTES -> LabelFilter.Unit.BYTES.read(text);
          };
      if (value.isEmpty()) {
        line.error(
            PipelineError.SAMPLE_EXTRACTION,
            "label %s: '%s' is not a number".formatted(label, text));
        return true;
      }
      boolean seconds =
          conversion == Conversion.DURATION || conversion == Conversion.DURATION_SECONDS;
      line.value(seconds ? value.getAsDouble() / 1e9 : value.getAsDouble());
      line.remove(label);
      return true;
    }

    @Override
    public String toString() {
      return "| unwrap "
          + (conversion == Conversion.NONE ? label : conversion.text + "(" + label + ")");
    }
  }
}
