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

/// Keeps files from the machine's other users: mode 0600 for files, 0700 for folders. On a file
/// system without such modes nothing happens.
public final class OwnerOnly {

  private static final int GROUP_AND_OTHERS = 0077;
  private static final Set<PosixFilePermission> OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private OwnerOnly() {}

  /// From now on this process, with all libraries in it, and the programs that it starts make no
  /// file or folder that others can open: `umask 077`, whatever the user's own is.
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

  /// Takes group and others off a folder and all that is in it, unless they are off the folder
  /// already. The folder itself is last, so that a walk that breaks off is repeated.
  ///
  /// @return whether something was changed
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
      // Deleted meanwhile.
    }
  }
}
