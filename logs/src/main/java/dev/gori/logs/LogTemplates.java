package dev.gori.logs;

import dev.gori.kernel.label.Labels;
import dev.gori.logs.logql.LineTemplates;
import dev.gori.rulefiles.TemplateExpander;
import dev.gori.templates.Functions;
import dev.gori.templates.TemplateException;
import dev.gori.templates.TemplateSet;
import dev.gori.templates.TimeValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Implements the template interfaces of rules and of LogQL with Go templates.
final class LogTemplates {

  /// The line and the timestamp that a template can use besides labels.
  private record Current(String line, long nanos) {}

  private static final ScopedValue<Current> CURRENT = ScopedValue.newInstance();
  private static final String HEAD =
      "{{ $labels := .Labels }}{{ $externalLabels := .ExternalLabels }}{{ $value := .Value }}";

  private static final Functions SHARED =
      Functions.NONE
          .withText("toUpper", text -> text.toUpperCase(Locale.ROOT))
          .withText("toLower", text -> text.toLowerCase(Locale.ROOT))
          .withText("trim", String::strip);

  private static final TemplateSet RULES =
      TemplateSet.of(
          SHARED
              .with("humanize", 1, arguments -> humanized(Functions.number(arguments, 0)))
              .with(
                  "humanizePercentage",
                  1,
                  arguments -> "%.4g%%".formatted(Functions.number(arguments, 0) * 100)),
          TemplateSet.MissingKey.ZERO);

  private static final TemplateSet LINES =
      TemplateSet.of(
          SHARED
              .with("__line__", 0, _ -> CURRENT.get().line())
              .with(
                  "__timestamp__",
                  0,
                  _ -> TimeValue.utc(Instant.EPOCH.plusNanos(CURRENT.get().nanos()))),
          TemplateSet.MissingKey.ZERO);

  private LogTemplates() {}

  /// Templates of rule labels and annotations: `{{ $labels.x }}`, `{{ $value }}`, `.Labels`,
  /// `.Value`.
  static TemplateExpander ruleTemplates() {
    return new TemplateExpander() {
      @Override
      public String expand(String template, Labels labels, double value) {
        var data = Map.of("Labels", labels.toMap(), "ExternalLabels", Map.of(), "Value", value);
        try {
          return template.contains("{{") ? RULES.text("template", HEAD + template, data) : template;
        } catch (TemplateException e) {
          return "<error expanding template: " + e.getMessage() + ">";
        }
      }

      @Override
      public Optional<String> problem(String template) {
        try {
          RULES.check("template", HEAD + template);
          return Optional.empty();
        } catch (TemplateException e) {
          return Optional.of(String.valueOf(e.getMessage()));
        }
      }
    };
  }

  /// Templates of `line_format` and `label_format`: `{{ .label }}`, `{{ __line__ }}`, `{{
  /// __timestamp__ }}`.
  static LineTemplates lineTemplates() {
    return text -> {
      try {
        var set = LINES.with(new TemplateSet.Source("line", text));
        return (labels, line, nanos) -> expand(set, labels, line, nanos);
      } catch (TemplateException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    };
  }

  private static String expand(TemplateSet set, Labels labels, String line, long nanos) {
    try {
      return ScopedValue.where(CURRENT, new Current(line, nanos))
          .call(() -> set.call("line", labels.toMap()));
    } catch (TemplateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String humanized(double value) {
    var prefixes = new String[] {"", "k", "M", "G", "T", "P", "E"};
    double rest = value;
    int prefix = 0;
    while (Math.abs(rest) >= 1000 && prefix < prefixes.length - 1) {
      rest /= 1000;
      prefix++;
    }
    return "%.4g".formatted(rest).replaceAll("\\.?0+$", "") + prefixes[prefix];
  }
}
