package dev.gori.base.conf;

import java.util.List;

/// A rejected configuration, with all its problems.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(
        "%d problem%s in the configuration:\n  - %s"
            .formatted(
                problems.size(), problems.size() == 1 ? "" : "s", String.join("\n  - ", problems)));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
