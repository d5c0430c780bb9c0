package dev.gori.app.drill;

import dev.gori.app.Terminal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Prints the events of a drill with the time since its start, and its expectations, met or not.
final class Timeline {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss z", Locale.ENGLISH).withZone(ZoneId.systemDefault());

  private final Terminal terminal;
  private final Instant began;
  private final List<String> unmet = new ArrayList<>();

  Timeline(Terminal terminal, Instant began) {
    this.terminal = terminal;
    this.began = began;
    terminal.line(terminal.faint("began " + CLOCK.format(began)));
  }

  Instant began() {
    return began;
  }

  void record(Instant at, String what) {
    terminal.line(
        "%s  %s"
            .formatted(
                terminal.faint(
                    "%+8.1f s".formatted((at.toEpochMilli() - began.toEpochMilli()) / 1000.0)),
                what));
  }

  /// Prints an expectation of the drill and what was observed.
  void require(boolean met, String what, String seen) {
    if (!met) {
      unmet.add(what);
    }
    terminal.line(
        "%s  %s%s"
            .formatted(
                met ? terminal.good("      met") : terminal.bad("    UNMET"),
                what,
                seen.isEmpty() ? "" : terminal.faint(": " + seen)));
  }

  /// Prints a quoted line, such as one of a commit message.
  void quote(String text) {
    terminal.line("           " + terminal.faint("| " + text.strip()));
  }

  boolean allMet() {
    return unmet.isEmpty();
  }
}
