package dev.gori.logs.logql;

import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads selectors and pipelines.
final class LogParser {

  private final Tokens tokens;
  private final LineTemplates templates;

  LogParser(Tokens tokens, LineTemplates templates) {
    this.tokens = tokens;
    this.templates = templates;
  }

  /// `{name="value", …}`
  List<Matcher> selector() {
    var brace = tokens.peek();
    tokens.expectSign("{");
    var matchers = new ArrayList<Matcher>();
    while (!tokens.isSign("}")) {
      matchers.add(matcher());
      if (!tokens.takeSign(",") && !tokens.isSign("}")) {
        throw tokens.unexpected("',' or '}'");
      }
    }
    tokens.expectSign("}");
    if (matchers.stream().allMatch(Matcher::matchesEmpty)) {
      throw tokens.error(
          brace,
          "queries require at least one regexp or equality matcher that does not have an empty-compatible value"
              + " (expected: such as {app=\"serving\"} or {app=~\".+\"})");
    }
    return List.copyOf(matchers);
  }

  private Matcher matcher() {
    var name = tokens.expectName("a label name");
    var sign = tokens.peek();
    var op = matcherOp(sign);
    if (op == null) {
      throw tokens.unexpected("one of = != =~ !~");
    }
    tokens.next();
    var token = tokens.peek();
    var value = tokens.expectText("a text in quotes");
    return tokens.checked(token, () -> new Matcher(name, op, value));
  }

  /// All stages that follow, up to something that is none.
  List<Stage> stages() {
    var stages = new ArrayList<Stage>();
    while (true) {
      var op = LineFilter.Op.of(tokens.peek());
      if (op != null) {
        tokens.next();
        stages.add(lineFilter(op));
      } else if (tokens.takeSign("|")) {
        stages.add(stage());
      } else {
        return stages;
      }
    }
  }

  private Stage lineFilter(LineFilter.Op op) {
    var texts = new ArrayList<String>();
    var first = tokens.peek();
    do {
      if (tokens.peek().isName("ip")) {
        throw tokens.error(
            tokens.peek(),
            "ip(…) is not supported (expected: a text in quotes; use a regular expression with |~)");
      }
      texts.add(tokens.expectText("a text in quotes"));
    } while (tokens.takeName("or"));
    return tokens.checked(first, () -> LineFilter.of(op, texts));
  }

  private Stage stage() {
    var token = tokens.peek();
    boolean isFilter = isComparison(tokens.peekAfter());
    if (token.isSign("(") || token.kind() == Token.Kind.NAME && isFilter) {
      return filter();
    }
    if (token.kind() != Token.Kind.NAME) {
      throw tokens.unexpected("a stage: " + StageName.list() + " or a label filter");
    }
    var name = StageName.of(tokens.next().text());
    if (name == null) {
      throw tokens.error(
          token,
          "no stage is called '%s' (expected: %s, or a comparison such as %s=\"…\")"
              .formatted(token.text(), StageName.list(), token.text()));
    }
    return switch (name) {
      case JSON -> json();
      case LOGFMT -> logfmt();
      case REGEXP -> parsed(RegexpParse::of);
      case PATTERN -> parsed(PatternParse::of);
      case UNPACK -> new UnpackParse();
      case LINE_FORMAT -> lineFormat();
      case LABEL_FORMAT -> labelFormat();
      case DROP -> new Reshape.Drop(choices());
      case KEEP -> new Reshape.Keep(choices());
      case DECOLORIZE -> new Reshape.Decolorize();
      case UNWRAP -> unwrap();
    };
  }

  private interface FromText {
    Stage of(String text);
  }

  private Stage parsed(FromText reader) {
    var token = tokens.peek();
    var text = tokens.expectText("a text in quotes");
    return tokens.checked(token, () -> reader.of(text));
  }

  private Stage json() {
    var written = fields();
    var paths = new LinkedHashMap<String, List<JsonParse.Step>>();
    var token = tokens.peek();
    written.forEach(
        (label, path) -> paths.put(label, tokens.checked(token, () -> JsonParse.path(path))));
    return new JsonParse(paths, written);
  }

  private Stage logfmt() {
    boolean strict = false;
    boolean keepEmpty = false;
    while (tokens.peek().kind() == Token.Kind.FLAG) {
      var flag = tokens.next();
      switch (flag.text()) {
        case "--strict" -> strict = true;
        case "--keep-empty" -> keepEmpty = true;
        default ->
            throw tokens.error(
                flag, "flag '%s' (expected: --strict or --keep-empty)".formatted(flag.text()));
      }
    }
    return new LogfmtParse(strict, keepEmpty, fields());
  }

  /// `label="path", other, …`; none at all is well.
  private Map<String, String> fields() {
    var fields = new LinkedHashMap<String, String>();
    if (tokens.peek().kind() != Token.Kind.NAME) {
      return fields;
    }
    do {
      var label = tokens.expectName("a label name");
      fields.put(label, tokens.takeSign("=") ? tokens.expectText("a text in quotes") : label);
    } while (tokens.takeSign(","));
    return fields;
  }

  private Stage lineFormat() {
    var token = tokens.peek();
    var text = tokens.expectText("a template in quotes");
    return tokens.checked(token, () -> new Reshape.LineFormat(text, templates.compile(text)));
  }

  private Stage labelFormat() {
    var assignments = new ArrayList<Reshape.Assignment>();
    do {
      var name = tokens.expectName("a label name");
      tokens.expectSign("=");
      var token = tokens.next();
      assignments.add(
          switch (token.kind()) {
            case NAME ->
                new Reshape.Assignment(name, token.text(), false, (labels, line, nanos) -> "");
            case TEXT ->
                tokens.checked(
                    token,
                    () ->
                        new Reshape.Assignment(
                            name, token.text(), true, templates.compile(token.text())));
            case NUMBER, SIGN, FLAG, END ->
                throw tokens.error(
                    token,
                    "%s (expected: a label name, or a template in quotes)"
                        .formatted(token.shown()));
          });
    } while (tokens.takeSign(","));
    return new Reshape.LabelFormat(assignments);
  }

  private List<Reshape.Choice> choices() {
    var choices = new ArrayList<Reshape.Choice>();
    do {
      var next = tokens.peekAfter();
      if (isComparison(next)) {
        var matcher = matcher();
        choices.add(new Reshape.Choice(matcher.name(), List.of(matcher)));
      } else {
        choices.add(new Reshape.Choice(tokens.expectName("a label name"), List.of()));
      }
    } while (tokens.takeSign(","));
    return choices;
  }

  private Stage unwrap() {
    var token = tokens.peek();
    var name = tokens.expectName("a label name");
    if (!tokens.takeSign("(")) {
      return new Reshape.Unwrap(name, Reshape.Unwrap.Conversion.NONE);
    }
    var conversion = Reshape.Unwrap.Conversion.of(name);
    if (conversion == null) {
      throw tokens.error(
          token, "conversion '%s' (expected: duration, duration_seconds or bytes)".formatted(name));
    }
    var label = tokens.expectName("a label name");
    tokens.expectSign(")");
    return new Reshape.Unwrap(label, conversion);
  }

  /// Filters joined by `and`, `,`, a space or `or`; `and` binds more strongly.
  private LabelFilter filter() {
    var left = conjunction();
    while (tokens.takeName("or")) {
      left = new LabelFilter.Or(left, conjunction());
    }
    return left;
  }

  private LabelFilter conjunction() {
    var left = oneFilter();
    while (true) {
      boolean joined = tokens.takeName("and") || tokens.takeSign(",");
      boolean beside =
          tokens.isSign("(")
              || tokens.peek().kind() == Token.Kind.NAME
                  && !tokens.peek().isName("or")
                  && isComparison(tokens.peekAfter());
      if (!joined && !beside) {
        return left;
      }
      left = new LabelFilter.And(left, oneFilter());
    }
  }

  private LabelFilter oneFilter() {
    if (tokens.takeSign("(")) {
      var inner = filter();
      tokens.expectSign(")");
      return inner;
    }
    var name = tokens.expectName("a label name");
    var sign = tokens.next();
    if (!isComparison(sign)) {
      throw tokens.error(
          sign, "%s (expected: a comparison: = == != =~ !~ > >= < <=)".formatted(sign.shown()));
    }
    var value = tokens.peek();
    if (value.kind() == Token.Kind.TEXT) {
      return text(name, sign, value);
    }
    var minus = tokens.takeSign("-") ? "-" : "";
    var number = tokens.next();
    if (number.kind() != Token.Kind.NUMBER) {
      throw tokens.error(
          number,
          "%s (expected: a text in quotes, a number, a duration such as 250ms, or a size such as 20KB)"
              .formatted(number.shown()));
    }
    return quantity(name, sign, number, minus + number.text());
  }

  private LabelFilter text(String name, Token sign, Token value) {
    var op = matcherOp(sign);
    if (op == null) {
      throw tokens.error(
          sign,
          sign.isSign("==")
              ? "'==' with a text (expected: '=')"
              : "'%s' with a text (expected: one of = != =~ !~)".formatted(sign.text()));
    }
    tokens.next();
    return tokens.checked(value, () -> new LabelFilter.Text(new Matcher(name, op, value.text())));
  }

  private LabelFilter quantity(String name, Token sign, Token token, String text) {
    var op = BinaryOp.comparison(sign);
    if (op == null) {
      throw tokens.error(
          sign, "'%s' with a number (expected: one of = == != > >= < <=)".formatted(sign.text()));
    }
    for (var unit : LabelFilter.Unit.values()) {
      var value = unit.read(text);
      if (value.isPresent()) {
        return new LabelFilter.Quantity(name, op, unit, value.getAsDouble(), sign.text() + text);
      }
    }
    throw tokens.error(
        token,
        "'%s' (expected: a number, a duration such as 250ms, or a size such as 20KB)"
            .formatted(text));
  }

  private static boolean isComparison(Token sign) {
    return matcherOp(sign) != null || BinaryOp.comparison(sign) != null;
  }

  private static Matcher.@Nullable Op matcherOp(Token sign) {
    for (var op : Matcher.Op.values()) {
      if (sign.isSign(op.text())) {
        return op;
      }
    }
    return null;
  }
}
