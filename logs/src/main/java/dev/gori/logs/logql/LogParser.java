package dev.gori.logs.logql;

import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    var op = op(sign);
    tokens.next();
    var token = tokens.peek();
    var value = tokens.expectText("a text in quotes");
    return tokens.checked(token, () -> new Matcher(name, op, value));
  }

  private Matcher.Op op(Token sign) {
    if (sign.kind() == Token.Kind.SIGN) {
      for (var op : Matcher.Op.values()) {
        if (op.text().equals(sign.text())) {
          return op;
        }
      }
    }
    throw tokens.unexpected("one of = != =~ !~");
  }

  /// All stages that follow, up to something that is none.
  List<Stage> stages() {
    var stages = new ArrayList<Stage>();
    while (true) {
      var token = tokens.peek();
      if (token.kind() != Token.Kind.SIGN) {
        return stages;
      }
      switch (token.text()) {
        case "|=", "|~", "|>", "!=", "!~", "!>" -> stages.add(lineFilter());
        case "|" -> {
          tokens.next();
          stages.add(stage());
        }
        default -> {
          return stages;
        }
      }
    }
  }

  private Stage lineFilter() {
    var sign = tokens.next();
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
    return tokens.checked(first, () -> LineFilter.of(sign.text(), texts));
  }

  private Stage stage() {
    var token = tokens.peek();
    boolean isFilter =
        tokens.peekAfter().kind() == Token.Kind.SIGN && isComparison(tokens.peekAfter().text());
    if (token.isSign("(") || token.kind() == Token.Kind.NAME && isFilter) {
      return filter();
    }
    if (token.kind() != Token.Kind.NAME) {
      throw tokens.unexpected(
          "a stage: json, logfmt, regexp, pattern, unpack, line_format, label_format, drop, keep, decolorize, unwrap or a label filter");
    }
    tokens.next();
    return switch (token.text()) {
      case "json" -> json();
      case "logfmt" -> logfmt();
      case "regexp" -> parsed(RegexpParse::of);
      case "pattern" -> parsed(PatternParse::of);
      case "unpack" -> new UnpackParse();
      case "line_format" -> lineFormat();
      case "label_format" -> labelFormat();
      case "drop" -> new Reshape.Drop(choices());
      case "keep" -> new Reshape.Keep(choices());
      case "decolorize" -> new Reshape.Decolorize();
      case "unwrap" -> unwrap();
      default ->
          throw tokens.error(
              token,
              "no stage is called '%s' (expected: json, logfmt, regexp, pattern, unpack, line_format, label_format, drop, keep, decolorize, unwrap, or a comparison such as %s=\"…\")"
                  .formatted(token.text(), token.text()));
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
      if (next.kind() == Token.Kind.SIGN && isComparison(next.text())) {
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
    var conversion =
        switch (name) {
          case "duration" -> Reshape.Unwrap.Conversion.DURATION;
          case "duration_seconds" -> Reshape.Unwrap.Conversion.DURATION_SECONDS;
          case "bytes" -> Reshape.Unwrap.Conversion.BYTES;
          default ->
              throw tokens.error(
                  token,
                  "conversion '%s' (expected: duration, duration_seconds or bytes)"
                      .formatted(name));
        };
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
                  && tokens.peekAfter().kind() == Token.Kind.SIGN
                  && isComparison(tokens.peekAfter().text());
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
    if (sign.kind() != Token.Kind.SIGN || !isComparison(sign.text())) {
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
    return quantity(name, sign.text(), number, minus + number.text());
  }

  private LabelFilter text(String name, Token sign, Token value) {
    if (sign.text().equals("==")) {
      throw tokens.error(sign, "'==' with a text (expected: '=')");
    }
    var op = op(sign.kind(), sign);
    tokens.next();
    return tokens.checked(value, () -> new LabelFilter.Text(new Matcher(name, op, value.text())));
  }

  private Matcher.Op op(Token.Kind kind, Token sign) {
    for (var op : Matcher.Op.values()) {
      if (kind == Token.Kind.SIGN && op.text().equals(sign.text())) {
        return op;
      }
    }
    throw tokens.error(
        sign, "'%s' with a text (expected: one of = != =~ !~)".formatted(sign.text()));
  }

  private LabelFilter quantity(String name, String op, Token token, String text) {
    for (var unit : LabelFilter.Unit.values()) {
      var value = unit.read(text);
      if (value.isPresent()) {
        return new LabelFilter.Quantity(name, op, unit, value.getAsDouble(), text);
      }
    }
    throw tokens.error(
        token,
        "'%s' (expected: a number, a duration such as 250ms, or a size such as 20KB)"
            .formatted(text));
  }

  private static boolean isComparison(String sign) {
    return switch (sign) {
      case "=", "==", "!=", "=~", "!~", ">", ">=", "<", "<=" -> true;
      default -> false;
    };
  }
}
