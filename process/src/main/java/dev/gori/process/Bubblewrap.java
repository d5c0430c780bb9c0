package dev.gori.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The command line of bubblewrap.
final class Bubblewrap {

  /// The entries of `/etc` that programs need to find hosts, users, libraries and certificates.
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
    var arguments = new ArrayList<String>();
    arguments.add(namespace.bwrap().toString());
    arguments.addAll(
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
    readOnly(arguments, Path.of("/usr"));
    for (var root : ROOTS) {
      if (Files.isSymbolicLink(root)) {
        try {
          arguments.addAll(
              List.of("--symlink", Files.readSymbolicLink(root).toString(), root.toString()));
        } catch (IOException _) {
          readOnly(arguments, root);
        }
      } else {
        readOnly(arguments, root);
      }
    }
    ETC.forEach(name -> readOnly(arguments, Path.of("/etc", name)));
    arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
    namespace.visible().forEach(path -> readOnly(arguments, path));
    namespace.hidden().forEach(path -> arguments.addAll(List.of("--tmpfs", path.toString())));
    if (folder.getNameCount() > 0) {
      arguments.addAll(List.of("--bind", folder.toString(), folder.toString()));
    }
    arguments.addAll(List.of("--chdir", folder.toString(), "--"));
    arguments.addAll(command);
    return arguments;
  }

  private static void readOnly(List<String> arguments, Path path) {
    arguments.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
  }

  /// Whether the program's path is visible in the namespace.
  static boolean shows(Isolation.Namespace namespace, Path folder, Path program) {
    return Stream.concat(
            Stream.concat(Stream.of(Path.of("/usr"), folder), ROOTS.stream()),
            namespace.visible().stream())
        .anyMatch(program.normalize()::startsWith);
  }
}
