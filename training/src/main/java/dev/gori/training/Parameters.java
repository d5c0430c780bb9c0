package dev.gori.training;

import dev.gori.kernel.fault.FaultException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The parameters of one training. The algorithm reads each one with its default and limits; then
/// {@link #used} rejects those that it did not read.
final class Parameters {
  private final Map<String, String> given;
  private final TreeMap<String, String> used = new TreeMap<>();

  Parameters(Map<String, String> given) {
    this.given = given;
  }

  int whole(String name, int fallback, int least, int most) {
    double value = number(name, fallback, least, most);
    if (value != Math.rint(value)) {
      throw FaultException.badRequest(
          "%s: %s (expected: a whole number)".formatted(name, given.get(name)));
    }
    used.put(name, Integer.toString((int) value));
    return (int) value;
  }

  double number(String name, double fallback, double least, double most) {
    var text = given.get(name);
    double value = fallback;
    if (text != null) {
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException _) {
        value = Double.NaN;
      }
    }
    if (!(value >= least && value <= most)) {
      throw FaultException.badRequest(
          "%s: '%s' (expected: a number from %s to %s)".formatted(name, text, least, most));
    }
    used.put(name, Double.toString(value));
    return value;
  }

  /// All parameters with their effective values, including defaults.
  ///
  /// @throws FaultException BAD_REQUEST for a parameter that the algorithm did not read
  Map<String, String> used() {
    var unknown = new TreeSet<>(given.keySet());
    unknown.removeAll(used.keySet());
    if (!unknown.isEmpty()) {
      throw FaultException.badRequest(
          "unknown parameters %s (expected: some of %s)".formatted(unknown, used.keySet()));
    }
    return used;
  }
}
