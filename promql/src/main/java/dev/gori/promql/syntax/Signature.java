package dev.gori.promql.syntax;

import java.util.List;

/// The name, argument types and return type of a function.
///
/// @param args types of the arguments; the last one repeats where it may
/// @param variadic how many trailing arguments are optional; −1 when the last one may repeat
///   without limit
public record Signature(
    String name, List<ValueType> args, int variadic, ValueType returns, boolean experimental) {

  public Signature {
    args = List.copyOf(args);
  }

  public int minArgs() {
    return variadic == 0 ? args.size() : args.size() - (variadic < 0 ? 1 : variadic);
  }

  public int maxArgs() {
    return variadic < 0 ? Integer.MAX_VALUE : args.size();
  }

  public ValueType argAt(int place) {
    return args.get(Math.min(place, args.size() - 1));
  }
}
