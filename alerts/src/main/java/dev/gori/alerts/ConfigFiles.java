package dev.gori.alerts;

import java.util.Map;

/// Alertmanager's configuration file and its templates.
///
/// @param file the configuration's name in messages, such as `environments/dev/alertmanager.yaml`
/// @param templates the texts of template files by path, relative to the configuration; those that
///   `templates:` names are used
public record ConfigFiles(String file, String text, Map<String, String> templates) {

  public ConfigFiles {
    templates = Map.copyOf(templates);
  }

  public static ConfigFiles of(String file, String text) {
    return new ConfigFiles(file, text, Map.of());
  }
}
