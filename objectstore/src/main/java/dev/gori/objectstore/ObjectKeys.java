package dev.gori.objectstore;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.gaul.s3proxy.blobstore.S3Exceptions;

/// Checks the keys of objects. A key is a file path below its bucket's folder, so every name in it
/// must be a valid file name, and no two keys may denote the same file.
final class ObjectKeys {

  private static final int LONGEST_NAME = 255; // bytes; most file systems
  private static final List<String> DOTS = List.of(".", "..");
  private static final List<String> RESERVED = List.of(".s3proxy-versions", ".s3proxy-slash");
  private static final String RESERVED_PREFIX = ".mpus-";

  private ObjectKeys() {}

  /// @throws software.amazon.awssdk.services.s3.model.S3Exception with status 400 for an invalid
  ///   key
  static void check(String key) {
    var path = key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
    var names = path.split("/", -1);
    for (var name : names) {
      if (name.isEmpty() || DOTS.contains(name)) {
        throw refused(key, "name '%s'".formatted(name), "no empty name, '.' or '..'");
      }
      int length = name.getBytes(StandardCharsets.UTF_8).length;
      if (length > LONGEST_NAME) {
        throw refused(
            key,
            "a name of %d bytes".formatted(length),
            "at most %d between two '/'".formatted(LONGEST_NAME));
      }
    }
    if (RESERVED.contains(names[0]) || key.startsWith(RESERVED_PREFIX)) {
      throw refused(key, names[0], "another name: S3Proxy uses this one");
    }
  }

  /// The error for an object `a` beside an object `a/b`: one path cannot be both a file and a
  /// folder.
  static RuntimeException inTheWay(String key) {
    return refused(
        key,
        "an object whose key is a folder of this one, or one in the folder that it names",
        "a key that is no folder of another: keys are paths of files here");
  }

  private static RuntimeException refused(String key, String what, String expected) {
    return S3Exceptions.invalidArgument(
        "key '%s': %s (expected: %s)".formatted(key, what, expected));
  }
}
