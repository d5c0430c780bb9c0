package dev.gori.app;

import dev.gori.base.conf.SecretFile;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.disk.OwnerOnly;
import dev.gori.kernel.id.EnvironmentName;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The data folder: the workspace repository, and a folder for each environment with its stores,
/// logs and token.
///
/// ```
/// DIR/workspace.git          the desired state of each environment
/// DIR/version                the version of the folder's layout
/// DIR/ENV/token              the token for write requests; only the owner can read it
/// DIR/ENV/ROLE/…             a role's state
/// DIR/ENV/logs/ROLE.log      the role's log
/// DIR/addresses.json         the running program's addresses
/// DIR/addresses-PART.json    the addresses of a process that runs only a part
/// DIR/workspace.url          the URL of a remote workspace
/// DIR/workspace-mirror.git   the mirror of the remote workspace
/// ```
final class Installation implements AutoCloseable {

  private static final int TOKEN_BYTES = 32;

  private final Path folder;
  private final List<FileChannel> locks = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Installation(Path folder) {
    this.folder = folder;
  }

  /// @throws IOException when the folder cannot be created or a later program wrote it
  static Installation at(Path folder) throws IOException {
    Files.createDirectories(folder);
    var whole = folder.toRealPath();
    DataVersion.check(whole);
    return new Installation(whole);
  }

  /// Locks a part of the folder for this process until the process ends, even by a crash.
  ///
  /// @param part such as `gori` for the whole program, or `prod-gateway`
  /// @throws IOException when another process holds the lock
  void lock(String part) throws IOException {
    var file = folder.resolve(part + ".lock");
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    locks.add(channel);
    if (lock(channel) == null) {
      throw new IOException(
          "%s is in use by a running gori (%s.lock); stop that one, or choose another folder with --data"
              .formatted(folder, part));
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  Path folder() {
    return folder;
  }

  /// @param part empty for the whole program
  Path addresses(String part) {
    return folder.resolve(part.isEmpty() ? "addresses.json" : "addresses-%s.json".formatted(part));
  }

  Path of(EnvironmentName environment) {
    return folder.resolve(environment.value());
  }

  /// Restricts the environment's folder to this user. Adds a note if other users could read its
  /// keys.
  void keepToOwner(EnvironmentName environment) throws IOException {
    var files = Files.createDirectories(of(environment));
    for (var key : List.of("token", "store/credentials")) {
      if (Files.exists(files.resolve(key))) {
        SecretFile.close(files.resolve(key), notes::add);
      }
    }
    OwnerOnly.tighten(files);
  }

  Path logs(EnvironmentName environment) {
    return of(environment).resolve("logs");
  }

  /// The token of an environment whose other roles run in another process; a person copies it here.
  ///
  /// @throws IOException when the file is missing
  String givenToken(EnvironmentName environment, URI elsewhere) throws IOException {
    var file = of(environment).resolve("token");
    if (!Files.exists(file)) {
      throw new IOException(
          "%s: not there (expected: %s's token, copied from %s/token in the data folder of the process at %s)"
              .formatted(file, environment, environment, elsewhere));
    }
    return ownToken(file);
  }

  /// The environment's token, which the first call creates from random bytes.
  String token(EnvironmentName environment) throws IOException {
    var file = of(environment).resolve("token");
    if (!Files.exists(file)) {
      Files.createDirectories(of(environment));
      var random = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(random);
      writeOwnerOnly(
          of(environment), "token", Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }
    return ownToken(file);
  }

  private String ownToken(Path file) throws IOException {
    SecretFile.close(file, notes::add);
    return SecretFile.own(file);
  }

  /// Repairs of the folder at this start, as messages for the user.
  List<String> notes() {
    return notes;
  }

  private static void writeOwnerOnly(Path folder, String name, String text) throws IOException {
    var temporary = folder.resolve(name + ".tmp");
    Files.deleteIfExists(temporary);
    Files.createFile(
        temporary,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
    Disk.local().rename(temporary, folder.resolve(name));
    Disk.local().syncDirectory(folder);
  }

  @Override
  public void close() throws IOException {
    for (var lock : locks) {
      lock.close();
    }
  }
}
