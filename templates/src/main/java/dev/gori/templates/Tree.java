package dev.gori.templates;

import java.util.List;

/// The parse tree of a template.
final class Tree {

  private Tree() {}

  /// A node of a template's body.
  sealed interface Node {
    record Text(String text) implements Node {}

    record Action(Pipe pipe) implements Node {}

    record If(Pipe pipe, List<Node> then, List<Node> otherwise) implements Node {}

    record With(Pipe pipe, List<Node> then, List<Node> otherwise) implements Node {}

    record Range(Pipe pipe, List<Node> body, List<Node> otherwise) implements Node {}

    record Call(int line, String name, List<Pipe> data) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}
  }

  /// `$a, $b := first | second`.
  record Pipe(int line, List<String> variables, boolean assigns, List<Command> commands) {}

  /// A function or value with its arguments.
  record Command(int line, List<Operand> operands) {}

  sealed interface Operand {
    record Dot() implements Operand {}

    record Nothing() implements Operand {}

    /// A string, number or boolean literal.
    record Literal(Object value) implements Operand {}

    record Field(List<String> names) implements Operand {}

    record Variable(String name, List<String> fields) implements Operand {}

    record Named(String function) implements Operand {}

    record Inner(Pipe pipe) implements Operand {}

    record Chain(Operand of, List<String> fields) implements Operand {}
  }

  /// A whole template by name.
  record Definition(String file, String name, List<Node> body) {
    boolean isEmpty() {
      return body.stream()
          .allMatch(node -> node instanceof Node.Text(String text) && text.isBlank());
    }
  }
}
