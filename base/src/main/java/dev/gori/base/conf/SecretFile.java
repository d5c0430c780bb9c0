package dev.gori.base.conf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A file that holds one secret: a token, a key, a URL whose path is secret. White space around it
/// is ignored. An empty file is never a secret: whoever compares with it would let everybody in.
public final class SecretFile {

  /// The least length of a secret that the platform itself asks for, in characters: 96 bits in
  /// base64.
  public static final int LEAST = 16;

  private static final int MOST = 4_096;
  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private SecretFile() {}

  /// What another server asks for.
  ///
  /// @throws IOException when the file is not there, or holds anything but one line of visible
  ///   ASCII characters
  public static String given(Path file) throws IOException {
    return read(file, VISIBLE, 1, "one line of visible ASCII characters", "write it again");
  }

  /// What the platform itself asks for.
  ///
  /// @throws IOException when the file is not there, or holds anything but one word of at least
  ///   {@link #LEAST} characters that a header of HTTP can carry
  public static String own(Path file) throws IOException {
    return read(
        file,
        TOKEN,
        LEAST,
        "%d to %d letters, digits and - . _ ~ + / =".formatted(LEAST, MOST),
        "restore it, or delete it to get a new one at the next start");
  }

  /// Takes the access to a file from everybody but its owner.
  ///
  /// @param tell hears of it, when others had access
  public static void close(Path file, Consumer<String> tell) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    var modes = view.readAttributes().permissions();
    if (!OWNER_ONLY.containsAll(modes)) {
      view.setPermissions(OWNER_ONLY);
      tell.accept(
          "%s: others than its owner had access (%s), which is taken from them; if somebody may have read it, delete it to get a new one"
              .formatted(file, PosixFilePermissions.toString(modes)));
    }
  }

  private static String read(
      Path file, Pattern alphabet, int least, String expected, String whatToDo) throws IOException {
    var size = Files.size(file);
    var text =
        size > MOST ? "" : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    if (text.length() < least || !alphabet.matcher(text).matches()) {
      throw new IOException(
          "%s: %s (expected: %s); %s"
              .formatted(
                  file,
                  size > MOST
                      ? size + " bytes"
                      : text.isEmpty()
                          ? "empty"
                          : text.length() < least
                              ? text.length() + " characters"
                              : "characters that do not belong there",
                  expected,
                  whatToDo));
    }
    return text;
  }
}
