package dev.gori.alerts;

import dev.gori.base.json.Json;
import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;
import org.slf4j.Logger;

/// The last valid configuration, used at a start with an invalid one.
final class LastGoodConfig {
  private final Disk disk;
  private final Path file;
  private final Logger log;

  LastGoodConfig(Disk disk, Path folder, Logger log) {
    this.disk = disk;
    this.log = log;
    this.file = folder.resolve("last-good.json");
  }

  void write(ConfigFiles files) throws IOException {
    disk.writeWhole(
        file,
        Json.write(
            Json.object(
                "file", files.file(), "text", files.text(), "templates", files.templates())));
  }

  /// @return nothing when there is none or it cannot be read, which is logged
  Optional<ConfigFiles> read() {
    try {
      var json = Json.parse(disk.readWhole(file));
      var templates = new HashMap<String, String>();
      json.path("templates")
          .properties()
          .forEach(e -> templates.put(e.getKey(), e.getValue().asString("")));
      return Optional.of(
          new ConfigFiles(
              json.path("file").asString(""), json.path("text").asString(""), templates));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      log.error(
          "the last good configuration, file={}, cannot be read and is not used: {}",
          file,
          e.getMessage());
      return Optional.empty();
    }
  }
}
