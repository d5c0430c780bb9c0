package dev.gori.templates;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The functions that every Go template has. `and` and `or` are missing here: they do not evaluate
/// all of their arguments.
final class Builtins {

  static final Map<String, Function> BY_NAME = all();

  private Builtins() {}

  private static Map<String, Function> all() {
    var all = new LinkedHashMap<String, Function>();
    all.put("not", a -> !Values.isTrue(exactly(a, 1, "not").getFirst()));
    all.put("len", a -> length(exactly(a, 1, "len").getFirst()));
    all.put("index", Builtins::index);
    all.put("slice", Builtins::slice);
    all.put("print", Printf::print);
    all.put("println", Printf::println);
    all.put(
        "printf",
        a -> Printf.format(Functions.text(atLeast(a, 1, "printf"), 0), a.subList(1, a.size())));
    all.put("html", a -> html(joined(a)));
    all.put("js", a -> js(joined(a)));
    all.put(
        "urlquery",
        a ->
            URLEncoder.encode(joined(a), StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~"));
    all.put("call", Builtins::call);
    all.put("eq", Comparison::equal);
    all.put("ne", a -> !Comparison.isEqual(exactly(a, 2, "ne").get(0), a.get(1)));
    all.put("lt", a -> Comparison.order(exactly(a, 2, "lt").get(0), a.get(1), order -> order < 0));
    all.put("le", a -> Comparison.order(exactly(a, 2, "le").get(0), a.get(1), order -> order <= 0));
    all.put("gt", a -> Comparison.order(exactly(a, 2, "gt").get(0), a.get(1), order -> order > 0));
    all.put("ge", a -> Comparison.order(exactly(a, 2, "ge").get(0), a.get(1), order -> order >= 0));
    return Map.copyOf(all);
  }

  static List<Object> exactly(List<Object> arguments, int count, String name) {
    if (arguments.size() != count) {
      throw new CallException(
          "wrong number of args for %s: want %d got %d".formatted(name, count, arguments.size()));
    }
    return arguments;
  }

  private static List<Object> atLeast(List<Object> arguments, int count, String name) {
    if (arguments.size() < count) {
      throw new CallException(
          "wrong number of args for %s: want at least %d got %d"
              .formatted(name, count, arguments.size()));
    }
    return arguments;
  }

  private static Object length(Object value) {
    return switch (value) {
      case CharSequence s -> (long) s.toString().getBytes(StandardCharsets.UTF_8).length;
      case List<?> l -> (long) l.size();
      case Map<?, ?> m -> (long) m.size();
      case Nil _ -> throw new CallException("len of nil pointer");
      default -> throw new CallException("len of type " + Values.typeName(value));
    };
  }

  private static Object index(List<Object> arguments) {
    var value = atLeast(arguments, 1, "index").getFirst();
    for (var key : arguments.subList(1, arguments.size())) {
      value = element(value, key);
    }
    return value;
  }

  private static Object element(Object of, Object key) {
    return switch (of) {
      case Nil _ -> throw new CallException("index of untyped nil");
      case Map<?, ?> map -> {
        if (map.containsKey(key)) {
          yield Values.of(map.get(key));
        }
        yield of instanceof Struct struct ? struct.zero() : Nil.NIL;
      }
      case List<?> list -> Values.of(list.get(place(key, list.size(), false)));
      case CharSequence s -> {
        var bytes = s.toString().getBytes(StandardCharsets.UTF_8);
        yield (long) (bytes[place(key, bytes.length, false)] & 0xff);
      }
      default -> throw new CallException("can't index item of type " + Values.typeName(of));
    };
  }

  private static int place(Object key, int length, boolean endAllowed) {
    if (!(key instanceof Long place)) {
      throw new CallException("cannot index slice/array with type " + Values.typeName(key));
    }
    if (place < 0 || place > length || (place == length && !endAllowed)) {
      throw new CallException("index out of range: " + place);
    }
    return place.intValue();
  }

  private static Object slice(List<Object> arguments) {
    var value = atLeast(arguments, 1, "slice").getFirst();
    if (arguments.size() > 4) {
      throw new CallException("too many slice indexes: " + (arguments.size() - 1));
    }
    var bytes =
        value instanceof CharSequence s
            ? s.toString().getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    int length = value instanceof List<?> list ? list.size() : bytes.length;
    int from = arguments.size() > 1 ? place(arguments.get(1), length, true) : 0;
    int to = arguments.size() > 2 ? place(arguments.get(2), length, true) : length;
    if (from > to) {
      throw new CallException("invalid slice index: %d > %d".formatted(from, to));
    }
    return switch (value) {
      case List<?> list -> new ArrayList<>(list.subList(from, to));
      case CharSequence _ -> new String(bytes, from, to - from, StandardCharsets.UTF_8);
      default -> throw new CallException("can't slice item of type " + Values.typeName(value));
    };
  }

  private static Object call(List<Object> arguments) {
    if (atLeast(arguments, 1, "call").getFirst() instanceof Function function) {
      return function.call(arguments.subList(1, arguments.size()));
    }
    throw new CallException("non-function of type " + Values.typeName(arguments.getFirst()));
  }

  private static String joined(List<Object> values) {
    return values.size() == 1 ? Values.printed(values.getFirst()) : Printf.print(values);
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace('\0', '\uFFFD');
  }

  private static String js(String text) {
    var out = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '\\' -> out.append("\\\\");
                case '\'' -> out.append("\\'");
                case '"' -> out.append("\\\"");
                case '<' -> out.append("\\u003C");
                case '>' -> out.append("\\u003E");
                case '&' -> out.append("\\u0026");
                case '=' -> out.append("\\u003D");
                default -> {
                  if (point < ' ') {
                    out.append("\\u%04X".formatted(point));
                  } else {
                    out.appendCodePoint(point);
                  }
                }
              }
            });
    return out.toString();
  }
}
