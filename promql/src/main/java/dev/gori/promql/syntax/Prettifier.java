package dev.gori.promql.syntax;

import java.util.List;
import java.util.stream.Collectors;

/// Prints an expression over several lines where one would have more than 100 characters, as
/// Prometheus's `Prettify`.
final class Prettifier {

  private static final int WIDTH = 100;

  private Prettifier() {}

  static String print(Expr expr) {
    return print(expr, 0);
  }

  private static String print(Expr expr, int level) {
    var indent = "  ".repeat(level);
    var text = Printer.print(expr);
    var flat = indent + text;
    if (text.length() <= WIDTH) {
      return expr instanceof Expr.Subquery ? text : flat;
    }
    return switch (expr) {
      case Expr.Binary b ->
          print(b.left(), level + 1)
              + "\n"
              + indent
              + Printer.operator(b)
              + "\n"
              + print(b.right(), level + 1);
      case Expr.Aggregate a ->
          indent
              + Printer.aggregateHead(a)
              + "(\n"
              + list(a.children(), level)
              + "\n"
              + indent
              + ")";
      case Expr.Call(_, var function, var args) ->
          indent + function.name() + "(\n" + list(args, level) + "\n" + indent + ")";
      case Expr.Paren(_, var inner) ->
          indent + "(\n" + print(inner, level + 1) + "\n" + indent + ")";
      case Expr.Unary(_, var negative, var inner) ->
          indent + (negative ? "-" : "+") + print(inner, level).stripLeading();
      case Expr.Subquery s ->
          print(s.inner(), level) + Printer.brackets(s) + Printer.shift(s.shift());
      case Expr.VectorSelector _,
          Expr.MatrixSelector _,
          Expr.NumberLiteral _,
          Expr.StringLiteral _ ->
          flat;
    };
  }

  private static String list(List<Expr> args, int level) {
    return args.stream().map(a -> print(a, level + 1)).collect(Collectors.joining(",\n"));
  }
}
