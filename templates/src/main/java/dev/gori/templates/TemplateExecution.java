package dev.gori.templates;

import dev.gori.templates.Tree.Command;
import dev.gori.templates.Tree.Definition;
import dev.gori.templates.Tree.Node;
import dev.gori.templates.Tree.Operand;
import dev.gori.templates.Tree.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One execution of a template: the output, the variables in scope, and the rest of the limits.
final class TemplateExecution {

  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private static final class Variable {
    private final String name;
    private Object value;

    Variable(String name, Object value) {
      this.name = name;
      this.value = value;
    }
  }

  private final TemplateSet set;
  private final TemplateSet.Limits limits;
  private final StringBuilder out = new StringBuilder();
  private List<Variable> variables = new ArrayList<>();
  private String file;
  private int line;
  private long steps;
  private int depth;

  TemplateExecution(TemplateSet set, TemplateSet.Limits limits) {
    this.set = set;
    this.limits = limits;
    this.file = "";
  }

  String run(Definition template, Object data) {
    template(template, Values.of(data));
    return out.toString();
  }

  private void template(Definition template, Object data) {
    if (++depth > limits.depth()) {
      throw fail("exceeded maximum template depth (%d)".formatted(limits.depth()));
    }
    var outerVariables = variables;
    var outerFile = file;
    variables = new ArrayList<>(List.of(new Variable("$", data)));
    file = template.file();
    walk(template.body(), data);
    variables = outerVariables;
    file = outerFile;
    depth--;
  }

  private Flow walk(List<Node> nodes, Object dot) {
    for (var node : nodes) {
      step();
      var flow = walk(node, dot);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private void step() {
    if (++steps > limits.steps()) {
      throw fail(
          "took more than %d steps (expected: less; is a range too long?)"
              .formatted(limits.steps()));
    }
  }

  private Flow walk(Node node, Object dot) {
    switch (node) {
      case Node.Text(String text) -> write(text);
      case Node.Action(Pipe pipe) -> {
        var value = pipe(pipe, dot);
        if (pipe.variables().isEmpty()) {
          write(printed(value));
        }
      }
      case Node.Break _ -> {
        return Flow.BREAK;
      }
      case Node.Continue _ -> {
        return Flow.CONTINUE;
      }
      case Node.Call call -> call(call, dot);
      case Node.If(Pipe pipe, List<Node> then, List<Node> otherwise) -> {
        int scope = variables.size();
        var flow = walk(Values.isTrue(pipe(pipe, dot)) ? then : otherwise, dot);
        drop(scope);
        return flow;
      }
      case Node.With(Pipe pipe, List<Node> then, List<Node> otherwise) -> {
        int scope = variables.size();
        var value = pipe(pipe, dot);
        var flow = Values.isTrue(value) ? walk(then, value) : walk(otherwise, dot);
        drop(scope);
        return flow;
      }
      case Node.Range range -> {
        return range(range, dot);
      }
    }
    return Flow.ON;
  }

  private String printed(Object value) {
    if (value instanceof Function) {
      throw fail("can't print a function");
    }
    try {
      return Values.printed(value);
    } catch (CallException e) {
      throw fail(String.valueOf(e.getMessage()));
    }
  }

  private void write(String text) {
    if (out.length() + text.length() > limits.output()) {
      throw fail("output over %d characters".formatted(limits.output()));
    }
    out.append(text);
  }

  private void call(Node.Call call, Object dot) {
    line = call.line();
    var definition =
        set.find(call.name())
            .orElseThrow(() -> fail("template \"%s\" not defined".formatted(call.name())));
    template(definition, call.data().isEmpty() ? Nil.NIL : pipe(call.data().getFirst(), dot));
  }

  private Flow range(Node.Range range, Object dot) {
    int scope = variables.size();
    var over = plainPipe(range.pipe(), dot);
    line = range.pipe().line();
    var entries = entries(over);
    var flow = Flow.ON;
    for (var entry : entries) {
      step();
      bind(range.pipe(), entry.getKey(), entry.getValue());
      var ended = walk(range.body(), entry.getValue());
      drop(scope);
      if (ended == Flow.BREAK) {
        break;
      }
    }
    if (entries.isEmpty()) {
      flow = walk(range.otherwise(), dot);
    }
    drop(scope);
    return flow;
  }

  private List<Map.Entry<Object, Object>> entries(Object over) {
    return switch (over) {
      case Nil _ -> List.of();
      case Map<?, ?> map -> Values.entries(map);
      case List<?> list -> {
        var entries = new ArrayList<Map.Entry<Object, Object>>(list.size());
        for (int i = 0; i < list.size(); i++) {
          entries.add(Map.entry((long) i, Values.of(list.get(i))));
        }
        yield entries;
      }
      case Long count -> {
        if (count > limits.steps()) {
          throw fail("range over %d (expected: at most %d)".formatted(count, limits.steps()));
        }
        var entries = new ArrayList<Map.Entry<Object, Object>>();
        for (long i = 0; i < count; i++) {
          entries.add(Map.entry(i, i));
        }
        yield entries;
      }
      default -> throw fail("range can't iterate over " + Printf.plain(over));
    };
  }

  private void bind(Pipe pipe, Object key, Object value) {
    var names = pipe.variables();
    if (names.size() == 2) {
      set(pipe, names.get(0), key);
      set(pipe, names.get(1), value);
    } else if (names.size() == 1) {
      set(pipe, names.getFirst(), value);
    }
  }

  private void set(Pipe pipe, String name, Object value) {
    if (pipe.assigns()) {
      variable(name).value = value;
    } else {
      variables.add(new Variable(name, value));
    }
  }

  private void drop(int scope) {
    while (variables.size() > scope) {
      variables.removeLast();
    }
  }

  private Variable variable(String name) {
    return variables.reversed().stream()
        .filter(v -> v.name.equals(name))
        .findFirst()
        .orElseThrow(() -> fail("undefined variable: " + name));
  }

  private Object pipe(Pipe pipe, Object dot) {
    var value = plainPipe(pipe, dot);
    for (var name : pipe.variables()) {
      set(pipe, name, value);
    }
    return value;
  }

  private Object plainPipe(Pipe pipe, Object dot) {
    line = pipe.line();
    var piped = Optional.empty();
    for (var command : pipe.commands()) {
      piped = Optional.of(command(command, dot, piped));
    }
    return piped.orElse(Nil.NIL);
  }

  private Object command(Command command, Object dot, Optional<Object> piped) {
    line = command.line();
    var rest = command.operands().subList(1, command.operands().size());
    var first = command.operands().getFirst();
    return switch (first) {
      case Operand.Named(String name) -> function(name, rest, dot, piped);
      case Operand.Field(List<String> names) -> fields(dot, names, rest, dot, piped);
      case Operand.Chain(Operand of, List<String> names) ->
          fields(value(of, dot), names, rest, dot, piped);
      case Operand.Variable(String name, List<String> names) when !names.isEmpty() ->
          fields(variable(name).value, names, rest, dot, piped);
      case Operand.Nothing _ -> throw fail("nil is not a command");
      default -> {
        if (!rest.isEmpty() || piped.isPresent()) {
          throw fail("can't give argument to non-function");
        }
        yield value(first, dot);
      }
    };
  }

  private Object value(Operand operand, Object dot) {
    return switch (operand) {
      case Operand.Dot _ -> dot;
      case Operand.Nothing _ -> Nil.NIL;
      case Operand.Literal(Object literal) -> literal;
      case Operand.Field(List<String> names) ->
          fields(dot, names, List.of(), dot, Optional.empty());
      case Operand.Variable(String name, List<String> names) ->
          fields(variable(name).value, names, List.of(), dot, Optional.empty());
      case Operand.Named(String name) -> function(name, List.of(), dot, Optional.empty());
      case Operand.Inner(Pipe pipe) -> pipe(pipe, dot);
      case Operand.Chain(Operand of, List<String> names) ->
          fields(value(of, dot), names, List.of(), dot, Optional.empty());
    };
  }

  private Object fields(
      Object of, List<String> names, List<Operand> rest, Object dot, Optional<Object> piped) {
    var value = of;
    for (int i = 0; i < names.size(); i++) {
      boolean last = i == names.size() - 1;
      value = member(value, names.get(i));
      if (value instanceof Function method) {
        value = called(names.get(i), method, last ? arguments(rest, dot, piped) : List.of());
      } else if (last && (!rest.isEmpty() || piped.isPresent())) {
        throw fail("%s has arguments but cannot be invoked as function".formatted(names.get(i)));
      }
    }
    return value;
  }

  private Object member(Object of, String name) {
    try {
      return Values.member(of, name, set.missingKey());
    } catch (CallException e) {
      throw fail(String.valueOf(e.getMessage()));
    }
  }

  private List<Object> arguments(List<Operand> operands, Object dot, Optional<Object> piped) {
    var values = new ArrayList<Object>(operands.size() + 1);
    for (var operand : operands) {
      values.add(value(operand, dot));
    }
    piped.ifPresent(values::add);
    return values;
  }

  private Object function(String name, List<Operand> operands, Object dot, Optional<Object> piped) {
    if (name.equals("and") || name.equals("or")) {
      return shortCircuit(name, operands, dot, piped);
    }
    var function =
        set.function(name)
            .orElseThrow(() -> fail("\"%s\" is not a defined function".formatted(name)));
    return called(name, function, arguments(operands, dot, piped));
  }

  private Object shortCircuit(
      String name, List<Operand> operands, Object dot, Optional<Object> piped) {
    if (operands.isEmpty() && piped.isEmpty()) {
      throw fail("wrong number of args for %s: want at least 1 got 0".formatted(name));
    }
    boolean stopsAt = name.equals("or");
    Object value = Nil.NIL;
    for (var operand : operands) {
      value = value(operand, dot);
      if (Values.isTrue(value) == stopsAt) {
        return value;
      }
    }
    return piped.orElse(value);
  }

  private Object called(String name, Function function, List<Object> arguments) {
    step();
    int at = line;
    try {
      return Values.of(function.call(arguments));
    } catch (CallException e) {
      line = at;
      throw fail("error calling %s: %s".formatted(name, e.getMessage()));
    }
  }

  private TemplateException fail(String what) {
    return new TemplateException(file, line, what);
  }
}
