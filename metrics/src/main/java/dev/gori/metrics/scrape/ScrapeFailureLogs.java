package dev.gori.metrics.scrape;

import dev.gori.base.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Writes `scrape_failure_log_file`: one JSON line per failed scrape. At 64 MiB a file is renamed
/// to `NAME.1`, replacing the previous one. Thread-safe.
final class ScrapeFailureLogs implements AutoCloseable {

  private static final long ROTATION_SIZE = 64L << 20;

  private static final class OpenFile {
    private @Nullable OutputStream out;
    private long length;
  }

  private final Logger log;
  private final Map<Path, OpenFile> files = new HashMap<>();

  ScrapeFailureLogs(Logger log) {
    this.log = log;
  }

  synchronized void write(Path file, Instant at, String job, URI target, String why) {
    var line =
        Json.write(
            Json.object(
                "time",
                at.toString(),
                "level",
                "ERROR",
                "msg",
                why,
                "job_name",
                job,
                "target",
                target.toString()));
    var opened = files.computeIfAbsent(file, this::open);
    var out = opened.out;
    if (out == null) {
      return; // reported when it was opened
    }
    try {
      out.write(line);
      out.write('\n');
      opened.length += line.length + 1;
      if (opened.length >= ROTATION_SIZE) {
        out.close();
        files.remove(file);
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      failed(file, e);
      opened.out = null;
    }
  }

  private OpenFile open(Path file) {
    var opened = new OpenFile();
    try {
      var folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      opened.out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      opened.length = Files.size(file);
    } catch (IOException e) {
      failed(file, e);
    }
    return opened;
  }

  private void failed(Path file, IOException e) {
    log.warn(
        "scrape_failure_log_file {} cannot be written until the configuration is read again: {}",
        file,
        e.getMessage());
  }

  /// Closes all files; they are reopened on the next write.
  synchronized void reopen() {
    files.forEach(
        (file, opened) -> {
          var out = opened.out;
          if (out != null) {
            try {
              out.close();
            } catch (IOException e) {
              failed(file, e);
            }
          }
        });
    files.clear();
  }

  @Override
  public void close() {
    reopen();
  }
}
