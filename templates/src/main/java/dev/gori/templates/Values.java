package dev.gori.templates;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The value model: which Go value each Java object is in a template.
///
/// | Java | Go |
/// |---|---|
/// | `null`, {@link Nil} | nil |
/// | `Boolean`, `Integer`/`Long`, `Double`/`Float`, `String` | bool, int, float64, string |
/// | `List` | slice |
/// | `Map` with text keys | map |
/// | {@link Struct}, any other record | struct; a record's component `startsAt` is the field `.StartsAt` |
/// | {@link TimeValue} | time.Time |
final class Values {

  private Values() {}

  /// Brings a value into the model: nulls, arrays and the smaller number types.
  static Object of(@Nullable Object value) {
    return switch (value) {
      case null -> Nil.NIL;
      case Integer i -> i.longValue();
      case Short s -> s.longValue();
      case Float f -> f.doubleValue();
      case Optional<?> o -> o.isPresent() ? of(o.get()) : Nil.NIL;
      case Object[] array -> Arrays.asList(array);
      default -> value;
    };
  }

  /// Truth as in Go's templates: neither the zero value nor empty.
  static boolean isTrue(Object value) {
    return switch (value) {
      case Nil _ -> false;
      case Boolean b -> b;
      case Double d -> d != 0;
      case Number n -> n.longValue() != 0;
      case CharSequence s -> !s.isEmpty();
      case List<?> l -> !l.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      default -> true;
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case Nil _ -> "<nil>";
      case Boolean _ -> "bool";
      case Double _ -> "float64";
      case Number _ -> "int";
      case CharSequence _ -> "string";
      case Struct s -> s.typeName();
      case List<?> _ -> "[]interface {}";
      case Map<?, ?> _ -> "map[string]interface {}";
      default -> value.getClass().getSimpleName();
    };
  }

  /// A field, a method or a map's key.
  static Object member(Object of, String name, TemplateSet.MissingKey missing) {
    var type = of instanceof Struct struct ? struct : null;
    var member = type == null ? Optional.<Object>empty() : type.member(name);
    if (member.isPresent()) {
      return of(member.get());
    }
    if (of instanceof Map<?, ?> map) {
      return map.containsKey(name) ? of(map.get(name)) : absent(name, type, missing);
    }
    if (of == Nil.NIL) {
      throw new CallException("nil data; no entry for key \"%s\"".formatted(name));
    }
    if (type == null && of instanceof Record plain) {
      return component(plain, name);
    }
    throw new CallException("can't evaluate field %s in type %s".formatted(name, typeName(of)));
  }

  private static Object absent(String name, @Nullable Struct type, TemplateSet.MissingKey missing) {
    return switch (missing) {
      case NO_VALUE -> Nil.NIL;
      case ZERO -> type == null ? Nil.NIL : type.zero();
      case ERROR -> throw new CallException("map has no entry for key \"%s\"".formatted(name));
    };
  }

  private static Object component(Record plain, String name) {
    for (RecordComponent component : plain.getClass().getRecordComponents()) {
      var own = component.getName();
      if (name.equals(own.substring(0, 1).toUpperCase(Locale.ROOT) + own.substring(1))) {
        try {
          component.getAccessor().setAccessible(true);
          return of(component.getAccessor().invoke(plain));
        } catch (ReflectiveOperationException e) {
          throw new CallException("error calling %s: %s".formatted(name, e.getMessage()));
        }
      }
    }
    throw new CallException(
        "can't evaluate field %s in type %s".formatted(name, plain.getClass().getSimpleName()));
  }

  /// A map's entries in the order of their keys, as Go's `range` visits them.
  static List<Map.Entry<Object, Object>> entries(Map<?, ?> map) {
    var sorted =
        new TreeMap<Object, Object>(
            (a, b) ->
                a instanceof Number x && b instanceof Number y
                    ? Double.compare(x.doubleValue(), y.doubleValue())
                    : a.toString().compareTo(b.toString()));
    map.forEach((key, value) -> sorted.put(of(key), of(value)));
    return new ArrayList<>(sorted.entrySet());
  }

  /// The value as an action prints it.
  static String printed(Object value) {
    return value == Nil.NIL ? "<no value>" : Printf.plain(value);
  }
}
