package dev.gori.alerts;

import dev.gori.alerts.routing.Configuration;
import dev.gori.base.conf.Conf;
import dev.gori.base.conf.ConfinedDirectory;
import dev.gori.base.conf.Problems;
import dev.gori.kernel.time.Time;
import dev.gori.templates.TemplateException;
import dev.gori.templates.TemplateSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;

/// A valid configuration with its compiled templates.
record LoadedConfig(ConfigFiles files, Configuration configuration, TemplateSet templates) {

  /// Reads the configuration and its templates. Adds every problem; returns nothing if there is
  /// one.
  ///
  /// @param names the folder that file names in the configuration may not leave
  static Optional<LoadedConfig> build(
      ConfigFiles files, ConfinedDirectory names, Time time, Problems problems) {
    var own = new Problems();
    Conf.value(files.file(), files.text(), new Problems())
        .ifPresent(value -> names.check(files.file(), value, names.path(), own));
    var read = Configuration.read(files.file(), files.text(), own);
    var templates = read.map(configuration -> templates(files, configuration, time, own));
    problems.addAll(own);
    if (!own.isEmpty() || read.isEmpty() || templates.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new LoadedConfig(files, read.get(), templates.get()));
  }

  private static TemplateSet templates(
      ConfigFiles files, Configuration configuration, Time time, Problems problems) {
    var set =
        TemplateSet.of(TemplateFunctions.all(time), TemplateSet.MissingKey.ZERO)
            .with(new TemplateSet.Source("default.tmpl", defaults()));
    for (var entry :
        files.templates().entrySet().stream()
            .sorted(java.util.Map.Entry.comparingByKey())
            .toList()) {
      if (configuration.templates().stream()
          .anyMatch(pattern -> matches(pattern, entry.getKey()))) {
        try {
          set = set.with(new TemplateSet.Source(entry.getKey(), entry.getValue()));
        } catch (TemplateException e) {
          problems.add(e.reason());
        }
      } else {
        problems.add(
            "%s: no pattern of 'templates:' in %s names it (expected: one, such as templates: ['templates/*.tmpl'])"
                .formatted(
                    files.file().substring(0, files.file().lastIndexOf('/') + 1) + entry.getKey(),
                    files.file()));
      }
    }
    for (var receiver : configuration.receivers().values()) {
      for (var text : receiver.texts()) {
        try {
          set.check(text.where(), text.template());
        } catch (TemplateException e) {
          problems.add(e.reason());
        }
      }
    }
    return set;
  }

  private static boolean matches(String pattern, String file) {
    var relative = pattern.startsWith("./") ? pattern.substring(2) : pattern;
    return FileSystems.getDefault().getPathMatcher("glob:" + relative).matches(Path.of(file));
  }

  private static String defaults() {
    try (var stream = LoadedConfig.class.getResourceAsStream("default.tmpl")) {
      if (stream == null) {
        throw new IllegalStateException(
            "default.tmpl is not in the program (expected: beside LoadedConfig.class)");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The configuration file with every secret replaced by `<secret>`.
  String shown() {
    var shown = files.text();
    for (var secret : configuration.secrets()) {
      shown = shown.replace(secret, "<secret>");
    }
    return shown;
  }
}
