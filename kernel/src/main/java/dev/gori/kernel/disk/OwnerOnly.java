package dev.gori.kernel.disk;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// Restricts files to their owner: mode 0600 for files, 0700 for folders. Does nothing on a file
/// system without such modes.
public final class OwnerOnly {

  private static final int GROUP_AND_OTHERS = 0077;
  private static final Set<PosixFilePermission> OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private OwnerOnly() {}

  /// Sets `umask 077` for this process and the programs that it starts, so that other users cannot
  /// open the files and folders that they create.
  @SuppressWarnings("restricted") // one call of the C library, which cannot fail
  public static void fromNowOn() {
    var linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("umask")
        .ifPresent(
            umask -> {
              var call =
                  linker.downcallHandle(
                      umask, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
              try {
                int _ = (int) call.invokeExact(GROUP_AND_OTHERS);
              } catch (Throwable e) {
                throw new IllegalStateException("umask 077 cannot be set", e);
              }
            });
  }

  /// Removes the permissions of group and others from a folder and its content, unless the folder
  /// has none. Changes the folder itself last, so that the next call repeats an interrupted walk.
  ///
  /// @return whether it changed anything
  public static boolean tighten(Path folder) throws IOException {
    if (!Files.getFileStore(folder).supportsFileAttributeView("posix")
        || OWNER.containsAll(Files.getPosixFilePermissions(folder))) {
      return false;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(file -> !file.equals(folder)).toList()) {
        takeOthersOff(file);
      }
    }
    takeOthersOff(folder);
    return true;
  }

  private static void takeOthersOff(Path file) throws IOException {
    try {
      if (Files.isSymbolicLink(file)) {
        return;
      }
      var modes = EnumSet.noneOf(PosixFilePermission.class);
      modes.addAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
      if (modes.retainAll(OWNER)) {
        Files.setPosixFilePermissions(file, modes);
      }
    } catch (NoSuchFileException _) {
      // The file was deleted during the walk.
    }
  }
}
