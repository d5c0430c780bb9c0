package dev.gori.metrics.rules;

import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.rulefiles.AlertStates;
import dev.gori.rulefiles.TemplateExpander;
import dev.gori.templates.CallException;
import dev.gori.templates.DurationValue;
import dev.gori.templates.Functions;
import dev.gori.templates.RegexpFunctions;
import dev.gori.templates.Struct;
import dev.gori.templates.TemplateException;
import dev.gori.templates.TemplateSet;
import dev.gori.templates.TimeValue;
import java.io.Serial;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// Templates of rule labels and annotations, with Prometheus's data and functions.
final class RuleTemplates implements TemplateExpander {

  private static final String VARIABLES =
      "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

  private static final double LONGEST = Long.MAX_VALUE / 1e9;

  /// Labels in a template; a missing label is the empty string.
  private static final class LabelMap extends TreeMap<String, Object> implements Struct {
    @Serial private static final long serialVersionUID = 1L;

    LabelMap(Labels labels) {
      super(labels.toMap());
    }

    @Override
    public String typeName() {
      return "map[string]string";
    }

    @Override
    public Optional<Object> member(String name) {
      return Optional.empty();
    }

    @Override
    public Object zero() {
      return "";
    }
  }

  private final TemplateSet set;
  private final Labels externalLabels;
  private final URI externalUrl;

  /// @param query evaluates PromQL at `now`; throws an IllegalArgumentException with the problem
  /// @param now timestamp of the evaluation
  RuleTemplates(
      Labels externalLabels,
      URI externalUrl,
      Function<String, List<AlertStates.Element>> query,
      Supplier<Instant> now) {
    this.externalLabels = externalLabels;
    this.externalUrl = externalUrl;
    this.set = TemplateSet.of(functions(query, externalUrl, now), TemplateSet.MissingKey.ZERO);
  }

  /// For checks only: queries return nothing.
  static RuleTemplates forChecks() {
    return new RuleTemplates(
        Labels.EMPTY, URI.create("http://localhost"), _ -> List.of(), () -> Instant.EPOCH);
  }

  @Override
  public String expand(String template, Labels labels, double value) {
    if (!template.contains("{{")) {
      return template;
    }
    var data = new LinkedHashMap<String, Object>();
    data.put("Labels", new LabelMap(labels));
    data.put("ExternalLabels", new LabelMap(externalLabels));
    data.put("ExternalURL", externalUrl.toString());
    data.put("Value", value);
    try {
      return set.text("template", VARIABLES + template, data);
    } catch (TemplateException e) {
      return "<error expanding template: " + e.reason() + ">";
    }
  }

  @Override
  public Optional<String> problem(String template) {
    try {
      set.check("template", VARIABLES + template);
      return Optional.empty();
    } catch (TemplateException e) {
      return Optional.of(e.reason());
    }
  }

  private static Functions functions(
      Function<String, List<AlertStates.Element>> query, URI externalUrl, Supplier<Instant> now) {
    return texts(numbers(Functions.NONE))
        .with("now", 0, _ -> now.get().toEpochMilli() / 1000.0)
        .with("query", 1, arguments -> answered(query, Functions.text(arguments, 0)))
        .with(
            "first",
            1,
            arguments -> {
              if (arguments.getFirst() instanceof List<?> list && !list.isEmpty()) {
                return list.getFirst();
              }
              throw new CallException("first() called on vector with no elements");
            })
        .with(
            "label",
            2,
            arguments ->
                part(arguments.get(1), "Labels") instanceof Map<?, ?> labels
                    ? String.valueOf(
                        labels.containsKey(arguments.getFirst())
                            ? labels.get(arguments.getFirst())
                            : "")
                    : "")
        .with("value", 1, arguments -> part(arguments.getFirst(), "Value"))
        .with(
            "strvalue",
            1,
            arguments ->
                part(arguments.getFirst(), "Labels") instanceof Map<?, ?> labels
                        && labels.containsKey("__value__")
                    ? String.valueOf(labels.get("__value__"))
                    : "")
        .with("sortByLabel", 2, arguments -> sorted(Functions.text(arguments, 0), arguments.get(1)))
        .with("externalURL", 0, _ -> externalUrl.toString())
        .with("pathPrefix", 0, _ -> externalUrl.getPath())
        .withText("graphLink", expression -> GeneratorUrl.path(expression, 0))
        .withText("tableLink", expression -> GeneratorUrl.path(expression, 1));
  }

  private static Functions numbers(Functions functions) {
    return functions
        .with("humanize", 1, arguments -> Humanize.metric(Functions.number(arguments, 0)))
        .with("humanize1024", 1, arguments -> Humanize.binary(Functions.number(arguments, 0)))
        .with("humanizeDuration", 1, arguments -> Humanize.duration(Functions.number(arguments, 0)))
        .with(
            "humanizePercentage",
            1,
            arguments -> Humanize.percentage(Functions.number(arguments, 0)))
        .with(
            "humanizeTimestamp", 1, arguments -> Humanize.timestamp(Functions.number(arguments, 0)))
        .with("toTime", 1, arguments -> TimeValue.utc(instant(Functions.number(arguments, 0))))
        .with(
            "toDuration", 1, arguments -> new DurationValue(length(Functions.number(arguments, 0))))
        .with("parseDuration", 1, arguments -> seconds(Functions.text(arguments, 0)));
  }

  private static Functions texts(Functions functions) {
    return functions
        .withText("title", RuleTemplates::title)
        .withText("toUpper", text -> text.toUpperCase(Locale.ROOT))
        .withText("toLower", text -> text.toLowerCase(Locale.ROOT))
        .withText("stripPort", text -> HostPort.of(text).map(HostPort::host).orElse(text))
        .withText("stripDomain", HostPort::withoutDomain)
        .withText(
            "urlQueryEscape",
            text ->
                URLEncoder.encode(text, StandardCharsets.UTF_8)
                    .replace("*", "%2A")
                    .replace("%7E", "~"))
        .withText("safeHtml", text -> text)
        .with(
            "match",
            2,
            arguments ->
                RegexpFunctions.matches(Functions.text(arguments, 0), Functions.text(arguments, 1)))
        .with(
            "reReplaceAll",
            3,
            arguments ->
                RegexpFunctions.replaceAll(
                    Functions.text(arguments, 0),
                    Functions.text(arguments, 1),
                    Functions.text(arguments, 2)))
        .with(
            "args",
            arguments -> {
              var named = new LinkedHashMap<String, Object>();
              for (int i = 0; i < arguments.size(); i++) {
                named.put("arg" + i, arguments.get(i));
              }
              return named;
            });
  }

  private static Instant instant(double seconds) {
    if (!(Math.abs(seconds) < LONGEST)) {
      throw new CallException(
          "%s cannot be represented as a time".formatted(Humanize.digits(seconds)));
    }
    return Instant.ofEpochSecond(
        (long) Math.floor(seconds), Math.round((seconds - Math.floor(seconds)) * 1e9));
  }

  private static Duration length(double seconds) {
    if (!(Math.abs(seconds) < LONGEST)) {
      throw new CallException(
          "%s cannot be represented as a duration".formatted(Humanize.digits(seconds)));
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private static Object seconds(String duration) {
    try {
      return PrometheusDuration.parse(duration).toMillis() / 1000.0;
    } catch (IllegalArgumentException e) {
      throw new CallException(String.valueOf(e.getMessage()));
    }
  }

  private static String title(String text) {
    var out = new StringBuilder();
    boolean begins = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(begins ? Character.toUpperCase(c) : c);
      begins = !Character.isLetterOrDigit(c) && c != '_' && c != '\'';
    }
    return out.toString();
  }

  private static Object answered(
      Function<String, List<AlertStates.Element>> query, String expression) {
    try {
      var samples = new ArrayList<Object>();
      for (var element : query.apply(expression)) {
        samples.add(Map.of("Labels", new LabelMap(element.labels()), "Value", element.value()));
      }
      return samples;
    } catch (IllegalArgumentException e) {
      throw new CallException(String.valueOf(e.getMessage()));
    }
  }

  private static Object part(Object sample, String name) {
    if (sample instanceof Map<?, ?> map && map.containsKey(name)) {
      return Objects.requireNonNull(map.get(name));
    }
    throw new CallException("expected a sample of query()");
  }

  private static Object sorted(String label, Object samples) {
    if (!(samples instanceof List<?> list)) {
      throw new CallException("expected the samples of query()");
    }
    return list.stream()
        .sorted(
            Comparator.comparing(
                sample ->
                    part(sample, "Labels") instanceof LabelMap labels
                        ? String.valueOf(labels.getOrDefault(label, ""))
                        : ""))
        .toList();
  }
}
