package dev.gori.templates;

import dev.gori.templates.Token.Kind;
import dev.gori.templates.Tree.Command;
import dev.gori.templates.Tree.Definition;
import dev.gori.templates.Tree.Node;
import dev.gori.templates.Tree.Operand;
import dev.gori.templates.Tree.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A recursive-descent parser over the tokens of one file. It stops at the first error and reports
/// its line.
final class Parser {
  private static final Set<String> KEYWORDS =
      Set.of(
          "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue");
  private static final int DEEPEST = 200;

  private final String file;
  private final List<Token> tokens;
  private final Predicate<String> hasFunction;
  private final Consumer<Definition> defined;
  private List<String> variables = new ArrayList<>(List.of("$"));
  private int at;
  private int loops;
  private int depth;

  Parser(String file, String text, Predicate<String> hasFunction, Consumer<Definition> defined) {
    this.file = file;
    this.tokens = new Lexer(file, text).tokens();
    this.hasFunction = hasFunction;
    this.defined = defined;
  }

  /// How a list of nodes ended.
  private enum Ending {
    END,
    ELSE,
    FILE
  }

  private record Body(List<Node> nodes, Ending ending, int line) {}

  /// The body of the file; the consumer received its definitions.
  List<Node> file() {
    var body = body(true);
    return switch (body.ending()) {
      case FILE -> body.nodes();
      case END -> throw fail(body.line(), "unexpected {{end}}");
      case ELSE -> throw fail(body.line(), "unexpected {{else}}");
    };
  }

  private Body body(boolean top) {
    if (++depth > DEEPEST) {
      throw fail(peek().line(), "nested more than %d deep".formatted(DEEPEST));
    }
    var nodes = new ArrayList<Node>();
    while (true) {
      var token = next();
      if (token.is(Kind.END)) {
        return ended(nodes, Ending.FILE, token);
      }
      if (token.is(Kind.TEXT)) {
        nodes.add(new Node.Text(token.text()));
        continue;
      }
      spaces();
      var word = peek();
      if (word.isName("end")) {
        next();
        close("end");
        return ended(nodes, Ending.END, word);
      }
      if (word.isName("else")) {
        next();
        return ended(nodes, Ending.ELSE, word);
      }
      if (word.isName("define")) {
        define(top);
      } else {
        nodes.add(action(word));
      }
    }
  }

  private Body ended(List<Node> nodes, Ending ending, Token token) {
    depth--;
    return new Body(List.copyOf(nodes), ending, token.line());
  }

  private Node action(Token word) {
    if (!word.is(Kind.NAME) || !KEYWORDS.contains(word.text())) {
      var pipe = pipe("command", Kind.RIGHT, false);
      return new Node.Action(pipe);
    }
    next();
    return switch (word.text()) {
      case "if" -> branch(word, "if");
      case "with" -> branch(word, "with");
      case "range" -> branch(word, "range");
      case "template" -> call();
      case "block" -> block();
      case "break" -> {
        inLoop(word);
        yield new Node.Break();
      }
      default -> {
        inLoop(word);
        yield new Node.Continue();
      }
    };
  }

  private void inLoop(Token word) {
    close(word.text());
    if (loops == 0) {
      throw fail(word.line(), "{{%s}} outside {{range}}".formatted(word.text()));
    }
  }

  private Node branch(Token word, String kind) {
    int scope = variables.size();
    var pipe = pipe(kind, Kind.RIGHT, kind.equals("range"));
    loops += kind.equals("range") ? 1 : 0;
    var then = body(false);
    loops -= kind.equals("range") ? 1 : 0;
    List<Node> otherwise =
        switch (then.ending()) {
          case END -> List.of();
          case ELSE -> otherwise(word, kind);
          case FILE ->
              throw fail(
                  then.line(),
                  "unexpected end of template (expected: {{end}} for the {{%s}} of line %d)"
                      .formatted(kind, word.line()));
        };
    drop(scope);
    return switch (kind) {
      case "if" -> new Node.If(pipe, then.nodes(), otherwise);
      case "with" -> new Node.With(pipe, then.nodes(), otherwise);
      default -> new Node.Range(pipe, then.nodes(), otherwise);
    };
  }

  private List<Node> otherwise(Token word, String kind) {
    spaces();
    var again = peek();
    if (!kind.equals("range") && again.isName(kind)) {
      next();
      return List.of(branch(again, kind));
    }
    close("else");
    var body = body(false);
    if (body.ending() != Ending.END) {
      throw fail(
          body.line(), "expected {{end}} for the {{%s}} of line %d".formatted(kind, word.line()));
    }
    return body.nodes();
  }

  private void drop(int scope) {
    while (variables.size() > scope) {
      variables.removeLast();
    }
  }

  private Node call() {
    var name = templateName("template");
    spaces();
    if (peek().is(Kind.RIGHT)) {
      next();
      return new Node.Call(name.line(), name.text(), List.of());
    }
    return new Node.Call(name.line(), name.text(), List.of(pipe("template", Kind.RIGHT, false)));
  }

  private Node block() {
    var name = templateName("block");
    var data = pipe("block", Kind.RIGHT, false);
    definition(name);
    return new Node.Call(name.line(), name.text(), List.of(data));
  }

  private void define(boolean top) {
    var word = next();
    if (!top || loops > 0) {
      throw fail(
          word.line(),
          "unexpected {{define}} (expected: at the top of the file, outside other actions)");
    }
    var name = templateName("define");
    close("define");
    definition(name);
  }

  private void definition(Token name) {
    var outer = variables;
    int outerLoops = loops;
    variables = new ArrayList<>(List.of("$"));
    loops = 0;
    var body = body(false);
    variables = outer;
    loops = outerLoops;
    if (body.ending() != Ending.END) {
      throw fail(
          body.line(),
          "expected {{end}} for the definition of \"%s\" of line %d"
              .formatted(name.text(), name.line()));
    }
    defined.accept(new Definition(file, name.text(), body.nodes()));
  }

  private Token templateName(String context) {
    spaces();
    var name = next();
    if (!name.is(Kind.STRING)) {
      throw unexpected(name, context + " clause (expected: a name in quotes)");
    }
    return name;
  }

  private void close(String context) {
    spaces();
    var token = next();
    if (!token.is(Kind.RIGHT)) {
      throw unexpected(token, context);
    }
  }

  private Pipe pipe(String context, Kind end, boolean range) {
    if (++depth > DEEPEST) {
      throw fail(peek().line(), "nested more than %d deep".formatted(DEEPEST));
    }
    spaces();
    int line = peek().line();
    var targets = targets(range);
    var commands = new ArrayList<Command>();
    while (true) {
      commands.add(command(context, end));
      var token = next();
      if (token.is(end)) {
        break;
      }
      if (!token.is(Kind.PIPE)) {
        throw unexpected(token, context);
      }
    }
    checkStages(commands);
    if (targets.declares()) {
      variables.addAll(targets.names());
    }
    depth--;
    return new Pipe(
        line,
        targets.names(),
        !targets.names().isEmpty() && !targets.declares(),
        List.copyOf(commands));
  }

  private record Targets(List<String> names, boolean declares) {}

  /// The optional `$a, $b :=` at the start of a pipeline.
  private Targets targets(boolean range) {
    int start = at;
    var names = new ArrayList<String>();
    while (peek().is(Kind.VARIABLE)) {
      names.add(next().text());
      spaces();
      var token = peek();
      if (token.is(Kind.DECLARE) || token.is(Kind.ASSIGN)) {
        next();
        if (token.is(Kind.ASSIGN)) {
          names.forEach(name -> checkKnown(name, token.line()));
        }
        return new Targets(List.copyOf(names), token.is(Kind.DECLARE));
      }
      if (!range || !token.is(Kind.COMMA) || names.size() == 2) {
        break;
      }
      next();
      spaces();
    }
    at = start;
    return new Targets(List.of(), false);
  }

  private void checkStages(List<Command> commands) {
    for (var command : commands.subList(1, commands.size())) {
      switch (command.operands().getFirst()) {
        case Operand.Dot _, Operand.Nothing _, Operand.Literal _ ->
            throw fail(
                command.line(),
                "non executable command in pipeline (expected: a function after '|')");
        default -> {}
      }
    }
  }

  private Command command(String context, Kind end) {
    spaces();
    int line = peek().line();
    var operands = new ArrayList<Operand>();
    while (true) {
      var token = peek();
      if (token.is(Kind.PIPE) || token.is(end)) {
        break;
      }
      operands.add(operand(context));
      if (peek().is(Kind.SPACE)) {
        spaces();
      } else if (!peek().is(Kind.PIPE) && !peek().is(end)) {
        throw unexpected(peek(), "operand");
      }
    }
    if (operands.isEmpty()) {
      throw fail(line, "missing value for " + context);
    }
    return new Command(line, List.copyOf(operands));
  }

  private Operand operand(String context) {
    var token = next();
    var operand =
        switch (token.kind()) {
          case DOT -> new Operand.Dot();
          case STRING -> new Operand.Literal(token.text());
          case CHARACTER -> new Operand.Literal((long) token.text().codePointAt(0));
          case NUMBER -> new Operand.Literal(number(token));
          case FIELD -> new Operand.Field(fields(List.of(token.text().substring(1))));
          case VARIABLE -> variable(token);
          case NAME -> named(token);
          case OPEN -> new Operand.Inner(pipe("parenthesized pipeline", Kind.CLOSE, false));
          default -> throw unexpected(token, context);
        };
    if (!peek().is(Kind.FIELD)) {
      return operand;
    }
    return switch (operand) {
      case Operand.Inner _, Operand.Named _ -> new Operand.Chain(operand, fields(List.of()));
      default -> throw fail(token.line(), "unexpected <.> after term " + token.shown());
    };
  }

  private Operand variable(Token token) {
    checkKnown(token.text(), token.line());
    return new Operand.Variable(token.text(), fields(List.of()));
  }

  private void checkKnown(String variable, int line) {
    if (!variables.contains(variable)) {
      throw fail(line, "undefined variable \"%s\"".formatted(variable));
    }
  }

  private Operand named(Token token) {
    return switch (token.text()) {
      case "true" -> new Operand.Literal(true);
      case "false" -> new Operand.Literal(false);
      case "nil" -> new Operand.Nothing();
      default -> {
        if (!hasFunction.test(token.text())) {
          throw fail(token.line(), "function \"%s\" not defined".formatted(token.text()));
        }
        yield new Operand.Named(token.text());
      }
    };
  }

  private List<String> fields(List<String> first) {
    var names = new ArrayList<>(first);
    while (peek().is(Kind.FIELD)) {
      names.add(next().text().substring(1));
    }
    return List.copyOf(names);
  }

  private Object number(Token token) {
    try {
      return Numbers.literal(token.text());
    } catch (NumberFormatException _) {
      throw fail(token.line(), "bad number syntax: \"%s\"".formatted(token.text()));
    }
  }

  private void spaces() {
    while (peek().is(Kind.SPACE)) {
      at++;
    }
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    return tokens.get(at < tokens.size() - 1 ? at++ : at);
  }

  private TemplateException unexpected(Token token, String context) {
    return fail(token.line(), "unexpected %s in %s".formatted(token.shown(), context));
  }

  private TemplateException fail(int line, String what) {
    return new TemplateException(file, line, what);
  }
}
