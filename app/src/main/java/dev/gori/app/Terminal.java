package dev.gori.app;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/// Output for the user, in colour if it goes to a terminal and `NO_COLOR` is not set.
public final class Terminal {

  private final PrintStream out;
  private final boolean hasColours;

  public Terminal(PrintStream out, boolean hasColours) {
    this.out = out;
    this.hasColours = hasColours;
  }

  /// Uses standard output. A background process has no console.
  public static Terminal ofThisProcess() {
    boolean isTerminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new Terminal(System.out, isTerminal && System.getenv("NO_COLOR") == null);
  }

  public void line(String text) {
    out.println(text);
    out.flush();
  }

  public void line(String form, Object... values) {
    line(form.formatted(values));
  }

  public String good(String text) {
    return coloured("32", text);
  }

  public String bad(String text) {
    return coloured("31;1", text);
  }

  public String faint(String text) {
    return coloured("2", text);
  }

  public String strong(String text) {
    return coloured("1", text);
  }

  private String coloured(String code, String text) {
    return hasColours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  PrintStream stream() {
    return out;
  }
}
