package dev.gori.base.conf;

import dev.gori.base.conf.Conf.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The directory to which the file names of a configuration are relative, and which they cannot
/// leave: a file that is pushed for one environment names no file of another. A name that leads out
/// with `..`, or an absolute path elsewhere, is rejected. A symbolic link in the directory, which
/// only the machine's owner can make, may lead out of the data folder, to a certificate for
/// example, but never into another environment's folder.
///
/// @param path the folder
/// @param environment the environment's own folder in the data folder; `path` is it or is in it
public record ConfinedDirectory(Path path, Path environment) {

  /// Mappings whose keys are anybody's.
  private static final Set<String> FREE = Set.of("labels", "external_labels", "params", "headers");

  /// An environment's own folder.
  public static ConfinedDirectory of(Path environment) {
    return new ConfinedDirectory(environment, environment);
  }

  /// Why a configuration may not use a file; empty when it may.
  ///
  /// @param name as it was written
  /// @param file where it leads, before links are followed
  public Optional<String> refusal(String name, Path file) {
    var own = whole(path);
    var asked = whole(file);
    if (!asked.startsWith(own) || asked.equals(own)) {
      return Optional.of(
          "'%s' (expected: a file in %s, without '..' out of it; put or link what is needed there)"
              .formatted(name, path));
    }
    var target = followed(asked);
    var data = followed(whole(environment)).getParent();
    boolean elsewhere = data == null || !target.startsWith(data);
    return elsewhere || target.startsWith(followed(whole(environment)))
        ? Optional.empty()
        : Optional.of(
            "'%s' is a link to %s (expected: no link out of %s into the rest of the data folder)"
                .formatted(name, target, environment));
  }

  public boolean contains(Path file) {
    return refusal(file.toString(), file).isEmpty();
  }

  /// The file of a name, to be read now.
  ///
  /// @throws IOException when the configuration may not use it
  public Path open(Path name) throws IOException {
    var file = path.resolve(name);
    var refusal = refusal(name.toString(), file);
    if (refusal.isPresent()) {
      throw new IOException(refusal.get());
    }
    return file;
  }

  /// Looks through a whole configuration for names of files that lead out of the folder. It goes by
  /// the keys' names, so that a key that is new is not forgotten.
  ///
  /// @param file the configuration's name in messages
  /// @param base that relative names start from: the folder of the file that says them
  public void check(String file, Value value, Path base, Problems problems) {
    switch (value) {
      case Value.Absent _, Value.Scalar _ -> {}
      case Value.Items(int _, var items) ->
          items.forEach(item -> check(file, item, base, problems));
      case Value.Keys(int _, var keys, var _) ->
          keys.forEach(
              (key, inner) -> {
                if (namesFiles(key, inner)) {
                  names(file, key, inner, base, problems);
                } else if (!FREE.contains(key)) {
                  check(file, inner, base, problems);
                }
              });
    }
  }

  /// `templates:` is a list of files in Alertmanager's configuration.
  private static boolean namesFiles(String key, Value value) {
    return key.endsWith("_file")
        || key.endsWith("_files")
        || key.equals("files")
        || (key.equals("templates") && value instanceof Value.Items);
  }

  private void names(String file, String key, Value value, Path base, Problems problems) {
    var all = value instanceof Value.Items(int _, var items) ? items : List.of(value);
    for (var one : all) {
      if (one instanceof Value.Scalar(int line, var name, boolean _) && !name.isEmpty()) {
        refusal(name, base.resolve(name))
            .ifPresent(why -> problems.add("%s:%d %s: %s".formatted(file, line, key, why)));
      }
    }
  }

  private static Path whole(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /// The file with every link on the way followed, as far as there is something.
  private static Path followed(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException _) {
      var parent = file.getParent();
      if (parent == null) {
        return file;
      }
      var here = followed(parent).resolve(file.getFileName());
      return Files.isSymbolicLink(here) ? target(here) : here;
    }
  }

  /// Where a link leads that leads nowhere yet.
  private static Path target(Path link) {
    try {
      return link.resolveSibling(Files.readSymbolicLink(link)).normalize();
    } catch (IOException _) {
      return link;
    }
  }
}
