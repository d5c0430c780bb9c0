package dev.gori.app;

import dev.gori.kernel.id.EnvironmentName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The ports of the console and the environments: the console has the base port, then each
/// environment has ten ports, the first for its HTTP server and the second for S3.
///
/// `dev` comes first and `prod` second, others after them by name, so that a port stays the same
/// when an environment is added. A base of 0 gives 0 everywhere: any free port, for tests.
record Ports(int base) {

  static final int DEFAULT_BASE = 7000;

  private static final List<String> FIRST = List.of("dev", "prod");

  Ports {
    if (base != 0 && (base < 1024 || base > 65_000)) {
      throw new IllegalArgumentException(
          "--port-base %d (expected: 1024 to 65000)".formatted(base));
    }
  }

  int console() {
    return base;
  }

  int of(EnvironmentName environment, Collection<EnvironmentName> all) {
    return base == 0 ? 0 : base + 10 * (order(all).indexOf(environment.value()) + 1);
  }

  int storeOf(EnvironmentName environment, Collection<EnvironmentName> all) {
    return base == 0 ? 0 : of(environment, all) + 1;
  }

  private static List<String> order(Collection<EnvironmentName> all) {
    var order = new ArrayList<>(FIRST);
    all.stream()
        .map(EnvironmentName::value)
        .filter(name -> !FIRST.contains(name))
        .sorted()
        .forEach(order::add);
    return order;
  }
}
