package dev.gori.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// How bubblewrap is called.
final class Bubblewrap {

  /// Of `/etc` only what programs need to find hosts, users, libraries and certificates.
  private static final List<String> ETC =
      List.of(
          "alternatives",
          "ca-certificates",
          "group",
          "host.conf",
          "hosts",
          "java-25-openjdk",
          "ld.so.cache",
          "ld.so.conf",
          "ld.so.conf.d",
          "localtime",
          "mime.types",
          "nsswitch.conf",
          "passwd",
          "pki",
          "protocols",
          "resolv.conf",
          "services",
          "ssl",
          "timezone");

  private static final List<Path> ROOTS =
      Stream.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32").map(Path::of).toList();

  private Bubblewrap() {}

  static List<String> arguments(Isolation.Namespace namespace, Path folder, List<String> command) {
    var words = new ArrayList<String>();
    words.add(namespace.bwrap().toString());
    words.addAll(
        List.of(
            "--unshare-user",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--die-with-parent",
            "--new-session",
            "--cap-drop",
            "ALL"));
    readOnly(words, Path.of("/usr"));
    for (var root : ROOTS) {
      if (Files.isSymbolicLink(root)) {
        try {
          words.addAll(
              List.of("--symlink", Files.readSymbolicLink(root).toString(), root.toString()));
        } catch (IOException _) {
          readOnly(words, root);
        }
      } else {
        readOnly(words, root);
      }
    }
    ETC.forEach(name -> readOnly(words, Path.of("/etc", name)));
    words.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
    namespace.visible().forEach(path -> readOnly(words, path));
    namespace.hidden().forEach(path -> words.addAll(List.of("--tmpfs", path.toString())));
    if (folder.getNameCount() > 0) {
      words.addAll(List.of("--bind", folder.toString(), folder.toString()));
    }
    words.addAll(List.of("--chdir", folder.toString(), "--"));
    words.addAll(command);
    return words;
  }

  private static void readOnly(List<String> words, Path path) {
    words.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
  }

  /// Whether the program is in something that the namespace shows.
  static boolean shows(Isolation.Namespace namespace, Path folder, Path program) {
    return Stream.concat(
            Stream.concat(Stream.of(Path.of("/usr"), folder), ROOTS.stream()),
            namespace.visible().stream())
        .anyMatch(program.normalize()::startsWith);
  }
}
