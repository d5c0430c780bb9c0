package dev.gori.kernel.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that somebody names is read up to a bound, or said by its name.
final class SmallFileTest {

  @TempDir Path folder;

  @Test
  void aTextUpToTheBoundIsRead() throws IOException {
    var file = Files.writeString(folder.resolve("a"), "é".repeat(8));
    assertThat(SmallFile.text(file, 16)).isEqualTo("é".repeat(8));
    assertThatThrownBy(() -> SmallFile.text(file, 15))
        .isInstanceOf(IOException.class)
        .hasMessage("%s: more than 15 bytes (expected: at most that)", file);
  }

  @Test
  void whatIsNoTextIsNamed() throws IOException {
    var broken = Files.write(folder.resolve("b"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> SmallFile.text(broken, 10))
        .hasMessage("%s: not UTF-8 (expected: a text)", broken);
    for (var place : new Path[] {folder, Path.of("/dev/zero")}) {
      assertThatThrownBy(() -> SmallFile.text(place, 10))
          .hasMessageStartingWith(place + ": no file with a text");
    }
    assertThatThrownBy(() -> SmallFile.text(folder.resolve("none"), 10))
        .isInstanceOf(NoSuchFileException.class);
  }
}
