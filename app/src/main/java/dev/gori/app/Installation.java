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
/// DIR/workspace.git          what each environment should be
/// DIR/version                the version of its layout
/// DIR/ENV/token              what writing calls must show; only the owner can read it
/// DIR/ENV/ROLE/…             a role's own state
/// DIR/ENV/logs/ROLE.log      its log
/// DIR/addresses.json         where the running program listens; addresses-PART.json for one that runs only a part
/// DIR/workspace.url          where the workspace is instead, and workspace-mirror.git beside it
/// ```
final class Installation implements AutoCloseable {

  private static final int TOKEN_BYTES = 32;

  private final Path folder;
  private final List<FileChannel> locks = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Installation(Path folder) {
    this.folder = folder;
  }

  /// @throws IOException also when a later program wrote the folder
  static Installation at(Path folder) throws IOException {
    Files.createDirectories(folder);
    var whole = folder.toRealPath();
    DataVersion.check(whole);
    return new Installation(whole);
  }

  /// Makes this process the only one that runs a part from the folder, until it ends in whatever
  /// way.
  ///
  /// @param part such as `gori` for the whole program, or `prod-gateway`
  /// @throws IOException when another one does
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

  /// Makes the environment's folder one that only this user can open, with all that is in it. That
  /// others could read its keys is a note.
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

  /// The token of an environment whose other roles run elsewhere.
  ///
  /// @throws IOException when nobody put it here
  String givenToken(EnvironmentName environment, URI elsewhere) throws IOException {
    var file = of(environment).resolve("token");
    if (!Files.exists(file)) {
      throw new IOException(
          "%s: not there (expected: %s's token, copied from %s/token in the data folder of the process at %s)"
              .formatted(file, environment, environment, elsewhere));
    }
    return ownToken(file);
  }

  /// The environment's token, made at the first call. It is not derived from anything, so one
  /// environment's says nothing of another's.
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

  /// What a person should hear of: what was put right in the folder at this start.
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
