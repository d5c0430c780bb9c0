package dev.gori.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The secrets in the files of an environment's folder, such as those that `credentials_file` and
/// `api_url_file` name: small files that only their owner can read. In subfolders, only files with
/// names such as `slack-url` or `scrape-password` count. Each call reads the files again, because
/// users add new ones.
record SecretFiles(Path folder) implements Supplier<Set<String>> {

  private static final int DEPTH = 2;
  private static final long LARGEST = 16 << 10;
  private static final Pattern SAYS_SO =
      Pattern.compile("token|secret|password|credential|key|url", Pattern.CASE_INSENSITIVE);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  /// The keys whose values are secrets in a file with sections, such as an AWS credentials file. In
  /// any other file, each line is a secret.
  private static final Set<String> SECRET_KEYS =
      Set.of("aws_secret_access_key", "aws_session_token", "aws_access_key_id");

  @Override
  public Set<String> get() {
    var secrets = new HashSet<String>();
    try (var files = Files.walk(folder, DEPTH)) {
      files.filter(this::isSecret).forEach(file -> secrets.addAll(values(file)));
    } catch (IOException | UncheckedIOException _) {
      // the folder was deleted while it was listed; the next call lists it again
    }
    return secrets;
  }

  private boolean isSecret(Path file) {
    try {
      return Files.isRegularFile(file)
          && (folder.equals(file.getParent())
              || SAYS_SO.matcher(file.getFileName().toString()).find())
          && !file.getFileName().toString().matches(".*\\.(db|db-wal|db-shm|json|lock|log|tmp)")
          && Files.size(file) <= LARGEST
          && Files.getPosixFilePermissions(file).stream().noneMatch(OTHERS::contains);
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  private static Set<String> values(Path file) {
    try {
      var text = Files.readString(file, StandardCharsets.ISO_8859_1);
      var values = new HashSet<String>();
      boolean hasSections = text.lines().anyMatch(line -> line.startsWith("["));
      text.lines().flatMap(line -> value(line, hasSections)).forEach(values::add);
      return values;
    } catch (IOException _) {
      return Set.of();
    }
  }

  private static Stream<String> value(String line, boolean hasSections) {
    int equals = line.indexOf('=');
    var key = equals < 0 ? "" : line.substring(0, equals).strip();
    if (SECRET_KEYS.contains(key)) {
      return Stream.of(line.substring(equals + 1).strip());
    }
    boolean isMarkup = hasSections || line.startsWith("-----") || line.startsWith("#");
    return isMarkup ? Stream.of() : Stream.of(line);
  }
}
