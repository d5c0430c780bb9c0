package dev.gori.app.drill;

import dev.gori.app.Terminal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What happened, line by line, with the time since the drill began; and what had to happen, met or
/// not.
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

  void happened(Instant at, String what) {
    terminal.line(
        "%s  %s"
            .formatted(
                terminal.faint(
                    "%+8.1f s".formatted((at.toEpochMilli() - began.toEpochMilli()) / 1000.0)),
                what));
  }

  /// A demand of the drill: it is shown with what was seen.
  void demand(boolean met, String what, String seen) {
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

  /// A line of what was written elsewhere, such as in a commit.
  void quote(String text) {
    terminal.line("           " + terminal.faint("| " + text.strip()));
  }

  boolean allMet() {
    return unmet.isEmpty();
  }
}
