package dev.gori.kernel.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads whole files that a user's configuration names, up to a maximum size.
public final class SmallFile {

  private SmallFile() {}

  /// The text of a file.
  ///
  /// @param longest the maximum size in bytes
  /// @throws NoSuchFileException when the file does not exist
  /// @throws IOException that names the file, when it is a device or a pipe, which may never end,
  ///   when it is too long, or when it is not UTF-8
  public static String text(Path file, int longest) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("%s: no file with a text (expected: one)".formatted(file));
    }
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(longest + 1);
      if (bytes.length > longest) {
        throw new IOException(
            "%s: more than %d bytes (expected: at most that)".formatted(file, longest));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("%s: not UTF-8 (expected: a text)".formatted(file), e);
    }
  }
}
