package dev.gori.promql.syntax;

import java.util.List;

/// What a function takes and gives.
///
/// @param args types of the arguments; the last one repeats where it may
/// @param variadic how many of the last arguments may be left out; −1 where the last one repeats
///   without end
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
