package dev.gori.templates;

import dev.gori.templates.Tree.Definition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Templates that can call each other by name. Immutable.
///
/// Values given as data: `null`, booleans, whole numbers, `Double`, `String`, `List`, `Map` with
/// text keys, records (the component `startsAt` is the field `.StartsAt`), and {@link Struct} for
/// values with methods.
public final class TemplateSet {

  /// One file of templates.
  public record Source(String file, String text) {}

  /// What a map gives for a key that it does not have.
  public enum MissingKey {
    /// Prints `<no value>`: Go's default.
    NO_VALUE,
    /// The zero value of the map's type: what Alertmanager and Prometheus set.
    ZERO,
    /// The execution fails.
    ERROR
  }

  /// The limits of one execution: characters of output, nodes and calls, nesting of templates.
  public record Limits(int output, long steps, int depth) {
    public static final Limits DEFAULTS = new Limits(1 << 20, 1_000_000, 200);
  }

  private final Map<String, Definition> definitions;
  private final Functions functions;
  private final MissingKey missingKey;
  private final Limits limits;

  private TemplateSet(
      Map<String, Definition> definitions,
      Functions functions,
      MissingKey missingKey,
      Limits limits) {
    this.definitions = definitions;
    this.functions = functions;
    this.missingKey = missingKey;
    this.limits = limits;
  }

  /// A set without templates of its own.
  public static TemplateSet of(Functions functions, MissingKey missingKey) {
    return new TemplateSet(Map.of(), functions, missingKey, Limits.DEFAULTS);
  }

  /// A copy with other limits.
  public TemplateSet limited(Limits other) {
    return new TemplateSet(definitions, functions, missingKey, other);
  }

  /// A copy with the definitions of a file added; a later definition of a name replaces the earlier
  /// one. The file's own body, outside its definitions, is a template by the file's name.
  ///
  /// @throws TemplateException with `file:line: reason` when it does not parse
  public TemplateSet with(Source source) {
    var all = new LinkedHashMap<>(definitions);
    parse(source).forEach(definition -> add(all, definition));
    return new TemplateSet(Map.copyOf(all), functions, missingKey, limits);
  }

  private static void add(Map<String, Definition> all, Definition definition) {
    if (!definition.isEmpty() || !all.containsKey(definition.name())) {
      all.put(definition.name(), definition);
    }
  }

  private List<Definition> parse(Source source) {
    var found = new ArrayList<Definition>();
    var body = new Parser(source.file(), source.text(), this::hasFunction, found::add).file();
    found.add(new Definition(source.file(), source.file(), body));
    return found;
  }

  private boolean hasFunction(String name) {
    return name.equals("and") || name.equals("or") || function(name).isPresent();
  }

  Optional<Function> function(String name) {
    return Optional.ofNullable(functions.byName().get(name))
        .or(() -> Optional.ofNullable(Builtins.BY_NAME.get(name)));
  }

  Optional<Definition> find(String name) {
    return Optional.ofNullable(definitions.get(name));
  }

  MissingKey missingKey() {
    return missingKey;
  }

  /// Whether a template of this name is there.
  public boolean has(String name) {
    return definitions.containsKey(name);
  }

  /// Checks that a text parses.
  ///
  /// @throws TemplateException with `file:line: reason` when it does not parse
  public void check(String file, String text) {
    parse(new Source(file, text));
  }

  /// Runs a text that can call the set's templates.
  ///
  /// @param file its name in messages, such as `alertmanager.yaml:31 title`
  /// @throws TemplateException with `file:line: reason` when it does not parse, does not run, or
  ///   exceeds a limit
  public String text(String file, String text, @Nullable Object data) {
    if (!text.contains("{{")) {
      return text;
    }
    var whole = with(new Source(file, text));
    var own = new Definition(file, file, whole.find(file).map(Definition::body).orElse(List.of()));
    return new TemplateExecution(whole, limits).run(own, Values.of(data));
  }

  /// Runs one template of the set.
  ///
  /// @throws TemplateException when there is none of this name, when it does not run, or exceeds a
  ///   limit
  public String call(String name, @Nullable Object data) {
    var definition =
        find(name)
            .orElseThrow(
                () ->
                    new TemplateException(name, 1, "template \"%s\" not defined".formatted(name)));
    return new TemplateExecution(this, limits).run(definition, Values.of(data));
  }
}
