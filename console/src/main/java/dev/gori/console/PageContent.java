package dev.gori.console;

import java.util.List;

/// Everything that the page of an environment shows, in texts that are ready to be read.
///
/// @param environments names of all, for the links between their pages
/// @param traffic the traffic policy as a sentence
/// @param drawn when the page was rendered, with its time zone
public record PageContent(
    List<String> environments,
    String environment,
    String traffic,
    Panel<Serving> serving,
    Panel<Change> changes,
    Panel<Run> runs,
    Panel<Alert> alerts,
    Panel<Message> inbox,
    List<Link> links,
    String drawn) {

  public PageContent {
    environments = List.copyOf(environments);
    links = List.copyOf(links);
  }

  public record Serving(
      String variant, String model, int version, String run, String commit, String since) {}

  /// @param tone `good`, `bad`, `busy` or `quiet`: how it is coloured
  public record Stage(String name, String state, String tone, String took, String detail) {}

  public record Change(
      String commit,
      String author,
      String subject,
      String when,
      String verdict,
      String tone,
      String reason,
      List<Stage> stages) {
    public Change {
      stages = List.copyOf(stages);
    }
  }

  public record Run(
      String id,
      String pipeline,
      String trigger,
      String logicalTime,
      String state,
      String tone,
      String took,
      List<Stage> tasks) {
    public Run {
      tasks = List.copyOf(tasks);
    }
  }

  public record Alert(
      String name, String severity, String state, String since, String summary, String tone) {}

  public record Message(String when, String channel, String title, String text, String tone) {}

  public record Link(String name, String address, String use) {}

  public boolean isFiring() {
    return alerts.items().stream().anyMatch(alert -> !alert.tone().equals("quiet"));
  }
}
