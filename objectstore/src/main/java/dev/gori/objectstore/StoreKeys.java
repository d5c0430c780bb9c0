package dev.gori.objectstore;

import dev.gori.base.conf.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;

/// The environment's access key and secret. They are generated at the first start and stored in a
/// file that only its owner can read.
///
/// The file is an AWS credentials file, so `AWS_SHARED_CREDENTIALS_FILE` can name it.
record StoreKeys(String access, String secret) {

  private static final String ACCESS = "aws_access_key_id";
  private static final String SECRET = "aws_secret_access_key";

  /// Reads the file; generates it if it does not exist.
  ///
  /// @param tell receives a warning if other users had access to the file
  static StoreKeys at(Path file, String environment, Consumer<String> tell) throws IOException {
    if (!Files.exists(file)) {
      write(file, generate(environment));
    }
    SecretFile.close(file, tell);
    var lines = Files.readAllLines(file);
    return new StoreKeys(
        value(file, lines, ACCESS, 1), value(file, lines, SECRET, SecretFile.LEAST));
  }

  private static StoreKeys generate(String environment) {
    var random = new SecureRandom();
    var id = new byte[8];
    var secret = new byte[24];
    random.nextBytes(id);
    random.nextBytes(secret);
    return new StoreKeys(
        "GORI"
            + environment.toUpperCase(Locale.ROOT).replace("-", "")
            + HexFormat.of().withUpperCase().formatHex(id),
        HexFormat.of().formatHex(secret));
  }

  private static void write(Path file, StoreKeys keys) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    var part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    var text = "[default]%n%s = %s%n%s = %s%n".formatted(ACCESS, keys.access, SECRET, keys.secret);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        Files.newByteChannel(
            part, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
      channel.write(StandardCharsets.UTF_8.encode(text));
    }
    DurableFiles.sync(part);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String value(Path file, Iterable<String> lines, String key, int least)
      throws IOException {
    for (var line : lines) {
      var parts = line.split("=", 2);
      if (parts.length == 2 && parts[0].strip().equals(key) && parts[1].strip().length() >= least) {
        return parts[1].strip();
      }
    }
    throw new IOException(
        "%s: no '%s = …' with at least %d characters (expected: both keys; restore the file, or delete it to get new ones)"
            .formatted(file, key, least));
  }

  @Override
  public String toString() {
    return access;
  }
}
