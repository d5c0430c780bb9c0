package dev.gori.logs.logql;

import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses stream selectors and pipelines.
final class PipelineParser {

  private final TokenStream tokens;
  private final LineTemplates templates;

  PipelineParser(TokenStream tokens, LineTemplates templates) {
    this.tokens = tokens;
    this.templates = templates;
  }

  /// `{name="value", …}`
  List<Matcher> selector() {
    var brace = tokens.peek();
    tokens.expectSymbol("{");
    var matchers = new ArrayList<Matcher>();
    while (!tokens.isSymbol("}")) {
      matchers.add(matcher());
      if (!tokens.takeSymbol(",") && !tokens.isSymbol("}")) {
        throw tokens.unexpected("',' or '}'");
      }
    }
    tokens.expectSymbol("}");
    if (matchers.stream().allMatch(Matcher::matchesEmpty)) {
      throw tokens.error(
          brace,
          "queries require at least one regexp or equality matcher that does not have an empty-compatible value"
              + " (expected: such as {app=\"serving\"} or {app=~\".+\"})");
    }
    return List.copyOf(matchers);
  }

  private Matcher matcher() {
    var name = tokens.expectIdentifier("a label name");
    var sign = tokens.peek();
    var op = matcherOp(sign);
    if (op == null) {
      throw tokens.unexpected("one of = != =~ !~");
    }
    tokens.next();
    var token = tokens.peek();
    var value = tokens.expectString("a quoted string");
    return tokens.checked(token, () -> new Matcher(name, op, value));
  }

  /// Parses all stages up to the first token that does not begin a stage.
  List<Stage> stages() {
    var stages = new ArrayList<Stage>();
    while (true) {
      var op = LineFilter.Op.of(tokens.peek());
      if (op != null) {
        tokens.next();
        stages.add(lineFilter(op));
      } else if (tokens.takeSymbol("|")) {
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
      if (tokens.peek().isIdentifier("ip")) {
        throw tokens.error(
            tokens.peek(),
            "ip(…) is not supported (expected: a quoted string; use a regular expression with |~)");
      }
      texts.add(tokens.expectString("a quoted string"));
    } while (tokens.takeIdentifier("or"));
    return tokens.checked(first, () -> LineFilter.of(op, texts));
  }

  private Stage stage() {
    var token = tokens.peek();
    boolean isFilter = isComparison(tokens.peekAfter());
    if (token.isSymbol("(") || token.kind() == Token.Kind.IDENTIFIER && isFilter) {
      return filter();
    }
    if (token.kind() != Token.Kind.IDENTIFIER) {
      throw tokens.unexpected("a stage: " + StageName.list() + " or a label filter");
    }
    var name = StageName.of(tokens.next().text());
    if (name == null) {
      throw tokens.error(
          token,
          "unknown stage '%s' (expected: %s, or a comparison such as %s=\"…\")"
              .formatted(token.text(), StageName.list(), token.text()));
    }
    return switch (name) {
      case JSON -> json();
      case LOGFMT -> logfmt();
      case REGEXP -> parsed(RegexpParserStage::of);
      case PATTERN -> parsed(PatternParserStage::of);
      case UNPACK -> new UnpackParserStage();
      case LINE_FORMAT -> lineFormat();
      case LABEL_FORMAT -> labelFormat();
      case DROP -> new TransformStage.Drop(choices());
      case KEEP -> new TransformStage.Keep(choices());
      case DECOLORIZE -> new TransformStage.Decolorize();
      case UNWRAP -> unwrap();
    };
  }

  private interface FromText {
    Stage of(String text);
  }

  private Stage parsed(FromText reader) {
    var token = tokens.peek();
    var text = tokens.expectString("a quoted string");
    return tokens.checked(token, () -> reader.of(text));
  }

  private Stage json() {
    var written = fields();
    var paths = new LinkedHashMap<String, List<JsonParserStage.Step>>();
    var token = tokens.peek();
    written.forEach(
        (label, path) -> paths.put(label, tokens.checked(token, () -> JsonParserStage.path(path))));
    return new JsonParserStage(paths, written);
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
    return new LogfmtParserStage(strict, keepEmpty, fields());
  }

  /// Parses `label="path", other, …`; the list may be empty.
  private Map<String, String> fields() {
    var fields = new LinkedHashMap<String, String>();
    if (tokens.peek().kind() != Token.Kind.IDENTIFIER) {
      return fields;
    }
    do {
      var label = tokens.expectIdentifier("a label name");
      fields.put(label, tokens.takeSymbol("=") ? tokens.expectString("a quoted string") : label);
    } while (tokens.takeSymbol(","));
    return fields;
  }

  private Stage lineFormat() {
    var token = tokens.peek();
    var text = tokens.expectString("a quoted template");
    return tokens.checked(
        token, () -> new TransformStage.LineFormat(text, templates.compile(text)));
  }

  private Stage labelFormat() {
    var assignments = new ArrayList<TransformStage.Assignment>();
    do {
      var name = tokens.expectIdentifier("a label name");
      tokens.expectSymbol("=");
      var token = tokens.next();
      assignments.add(
          switch (token.kind()) {
            case IDENTIFIER ->
                new TransformStage.Assignment(
                    name, token.text(), false, (labels, line, nanos) -> "");
            case STRING ->
                tokens.checked(
                    token,
                    () ->
                        new TransformStage.Assignment(
                            name, token.text(), true, templates.compile(token.text())));
            case NUMBER, SYMBOL, FLAG, END ->
                throw tokens.error(
                    token,
                    "%s (expected: a label name, or a quoted template)".formatted(token.shown()));
          });
    } while (tokens.takeSymbol(","));
    return new TransformStage.LabelFormat(assignments);
  }

  private List<TransformStage.LabelCondition> choices() {
    var choices = new ArrayList<TransformStage.LabelCondition>();
    do {
      var next = tokens.peekAfter();
      if (isComparison(next)) {
        var matcher = matcher();
        choices.add(new TransformStage.LabelCondition(matcher.name(), List.of(matcher)));
      } else {
        choices.add(
            new TransformStage.LabelCondition(tokens.expectIdentifier("a label name"), List.of()));
      }
    } while (tokens.takeSymbol(","));
    return choices;
  }

  private Stage unwrap() {
    var token = tokens.peek();
    var name = tokens.expectIdentifier("a label name");
    if (!tokens.takeSymbol("(")) {
      return new TransformStage.Unwrap(name, TransformStage.Unwrap.Conversion.NONE);
    }
    var conversion = TransformStage.Unwrap.Conversion.of(name);
    if (conversion == null) {
      throw tokens.error(
          token, "conversion '%s' (expected: duration, duration_seconds or bytes)".formatted(name));
    }
    var label = tokens.expectIdentifier("a label name");
    tokens.expectSymbol(")");
    return new TransformStage.Unwrap(label, conversion);
  }

  /// Parses filters joined by `and`, `,`, a space or `or`; `or` binds most weakly.
  private LabelFilter filter() {
    var left = conjunction();
    while (tokens.takeIdentifier("or")) {
      left = new LabelFilter.Or(left, conjunction());
    }
    return left;
  }

  private LabelFilter conjunction() {
    var left = oneFilter();
    while (true) {
      boolean joined = tokens.takeIdentifier("and") || tokens.takeSymbol(",");
      boolean beside =
          tokens.isSymbol("(")
              || tokens.peek().kind() == Token.Kind.IDENTIFIER
                  && !tokens.peek().isIdentifier("or")
                  && isComparison(tokens.peekAfter());
      if (!joined && !beside) {
        return left;
      }
      left = new LabelFilter.And(left, oneFilter());
    }
  }

  private LabelFilter oneFilter() {
    if (tokens.takeSymbol("(")) {
      var inner = filter();
      tokens.expectSymbol(")");
      return inner;
    }
    var name = tokens.expectIdentifier("a label name");
    var sign = tokens.next();
    if (!isComparison(sign)) {
      throw tokens.error(
          sign, "%s (expected: a comparison: = == != =~ !~ > >= < <=)".formatted(sign.shown()));
    }
    var value = tokens.peek();
    if (value.kind() == Token.Kind.STRING) {
      return text(name, sign, value);
    }
    var minus = tokens.takeSymbol("-") ? "-" : "";
    var number = tokens.next();
    if (number.kind() != Token.Kind.NUMBER) {
      throw tokens.error(
          number,
          "%s (expected: a quoted string, a number, a duration such as 250ms, or a size such as 20KB)"
              .formatted(number.shown()));
    }
    return quantity(name, sign, number, minus + number.text());
  }

  private LabelFilter text(String name, Token sign, Token value) {
    var op = matcherOp(sign);
    if (op == null) {
      throw tokens.error(
          sign,
          sign.isSymbol("==")
              ? "'==' with a string (expected: '=')"
              : "'%s' with a string (expected: one of = != =~ !~)".formatted(sign.text()));
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
      if (sign.isSymbol(op.text())) {
        return op;
      }
    }
    return null;
  }
}
