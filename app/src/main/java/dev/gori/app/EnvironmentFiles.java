package dev.gori.app;

import dev.gori.base.conf.Problems;
import dev.gori.delivery.desired.DesiredFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The owner of each file of an environment's folder. A file without an owner would have no effect,
/// so {@link #check} reports it, except files for people, such as `README.md`.
final class EnvironmentFiles {

  static final String PIPELINES = "pipelines/";
  static final String METRIC_RULES = "rules/metrics/";
  static final String LOG_RULES = "rules/logs/";
  static final String SCRAPE = "scrape/";
  static final String TEMPLATES = "templates/";
  static final String DASHBOARDS = "dashboards/";
  static final String SECRETS = "secrets/";
  static final String ENVIRONMENT = "environment.yaml";
  static final String SERVING = "serving.yaml";
  static final String PROMETHEUS = "prometheus.yml";
  static final String ALERTMANAGER = "alertmanager.yaml";

  /// The code of tasks and the files of `gori test rules`: no role reads them at a commit.
  private static final String CODE = "code/";

  private static final String RULE_TESTS = "rules/tests/";

  private static final List<String> YAML = List.of(".yaml", ".yml");
  private static final List<String> SINGLE =
      List.of(ENVIRONMENT, SERVING, PROMETHEUS, ALERTMANAGER);

  /// @param endings the accepted file name endings; empty: any
  private record Folder(String prefix, List<String> endings) {
    boolean takes(String path) {
      return path.startsWith(prefix)
          && (endings.isEmpty() || endings.stream().anyMatch(path::endsWith));
    }

    String form() {
      return prefix + "*" + (endings.isEmpty() ? "" : endings.getFirst());
    }
  }

  private static final List<Folder> FOLDERS =
      List.of(
          new Folder(PIPELINES, YAML),
          new Folder(METRIC_RULES, YAML),
          new Folder(LOG_RULES, YAML),
          new Folder(RULE_TESTS, YAML),
          new Folder(DASHBOARDS, List.of(".json")),
          new Folder(TEMPLATES, List.of(".tmpl")),
          new Folder(SECRETS, YAML),
          new Folder(SCRAPE, List.of()),
          new Folder(CODE, List.of()));

  private static final Set<String> OF_GIT = Set.of(".gitkeep", ".gitignore", ".gitattributes");

  private EnvironmentFiles() {}

  /// Reports each file without an owner, and each file that exists with both `.yaml` and `.yml`.
  static void check(DesiredFiles files, Problems problems) {
    for (var path : files.files().keySet()) {
      var location = location(files, path);
      if (!isKnown(path)) {
        problems.add(
            "%s: no part takes this file%s"
                .formatted(
                    location,
                    nearest(path)
                        .map(near -> ", did you mean '" + near + "'?")
                        .orElseGet(() -> expected(path))));
      } else if (path.startsWith(TEMPLATES) && path.indexOf('/', TEMPLATES.length()) > 0) {
        problems.add(
            "%s: a folder in %s (expected: files directly in it)".formatted(location, TEMPLATES));
      } else if (path.endsWith(".yml")
          && !path.startsWith(SCRAPE)
          && !path.startsWith(CODE)
          && files.files().containsKey(DesiredFiles.otherSpelling(path))) {
        problems.add(
            "%s: is there as '%s' too (expected: one of the two)"
                .formatted(location, DesiredFiles.otherSpelling(path)));
      }
    }
  }

  private static Optional<String> nearest(String path) {
    var candidates = candidates(path);
    return Problems.nearest(path, candidates)
        .or(() -> Problems.nearest(path.toLowerCase(Locale.ROOT), candidates));
  }

  private static boolean isKnown(String path) {
    return SINGLE.contains(path)
        || SINGLE.contains(DesiredFiles.otherSpelling(path))
        || FOLDERS.stream().anyMatch(folder -> folder.takes(path))
        || isForPeople(path.substring(path.lastIndexOf('/') + 1));
  }

  /// Whether a file of this name is ignored on purpose, in every folder.
  static boolean isForPeople(String name) {
    return name.startsWith("README") || name.endsWith(".md") || OF_GIT.contains(name);
  }

  /// Whether a file with this path makes its folder an environment.
  static boolean declares(String path) {
    return Stream.of(ENVIRONMENT, SERVING)
        .anyMatch(name -> name.equals(path) || name.equals(DesiredFiles.otherSpelling(path)));
  }

  /// Similar valid paths: with another ending, or in another folder.
  private static Set<String> candidates(String path) {
    var all = new TreeSet<>(SINGLE);
    var rest = path.substring(path.indexOf('/') + 1);
    for (var folder : FOLDERS) {
      var below =
          path.startsWith(folder.prefix()) ? path.substring(folder.prefix().length()) : rest;
      folder.endings().forEach(ending -> all.add(folder.prefix() + withEnding(below, ending)));
      if (folder.endings().isEmpty()) {
        all.add(folder.prefix() + below);
      }
    }
    return all;
  }

  private static String withEnding(String name, String ending) {
    int dot = name.lastIndexOf('.');
    return (dot <= name.lastIndexOf('/') ? name : name.substring(0, dot)) + ending;
  }

  private static String expected(String path) {
    var forms = new ArrayList<String>();
    FOLDERS.stream()
        .filter(folder -> path.startsWith(folder.prefix()))
        .forEach(folder -> forms.add(folder.form()));
    if (forms.isEmpty()) {
      forms.addAll(SINGLE);
      FOLDERS.forEach(folder -> forms.add(folder.form()));
    }
    return " (expected: %s; what only people read is a README or ends in .md)"
        .formatted(String.join(", ", forms));
  }

  /// A file's name in messages.
  static String location(DesiredFiles files, String path) {
    return DesiredFiles.folder(files.environment()) + "/" + files.name(path);
  }
}
