package dev.gori.base.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SecretFileTest {

  private static final String TOKEN = "abcDEF0123456789-_";

  @TempDir Path folder;

  private record Case(String name, String content, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> ownIsRefused() {
    return Stream.of(
        new Case("empty", "", "empty"),
        new Case("white space alone", " \n\t\n", "empty"),
        new Case("too short", "abc", "3 characters"),
        new Case("two lines", TOKEN + "\n" + TOKEN, "do not belong there"),
        new Case("what a power cut leaves", "\0".repeat(43), "do not belong there"),
        new Case("letters that no header carries", "ä".repeat(20), "do not belong there"),
        new Case("too long", "a".repeat(5_000), "5000 bytes"));
  }

  @ParameterizedTest
  @MethodSource
  void ownIsRefused(Case given) throws IOException {
    var file = Files.writeString(folder.resolve("token"), given.content());
    assertThatThrownBy(() -> SecretFile.own(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            file.toString(), given.says(), "expected: 16 to", "delete it to get a new one");
  }

  @Test
  void whiteSpaceAroundASecretDoesNotBelongToIt() throws IOException {
    var file = Files.writeString(folder.resolve("token"), " " + TOKEN + "\r\n");
    assertThat(SecretFile.own(file)).isEqualTo(TOKEN);
    Files.writeString(file, "short:!\n");
    assertThat(SecretFile.given(file)).isEqualTo("short:!");
    Files.writeString(file, "\n");
    assertThatThrownBy(() -> SecretFile.given(file)).hasMessageContaining("token: empty");
  }

  @Test
  void othersLoseTheirAccessAndItIsTold() throws IOException {
    var file = Files.writeString(folder.resolve("token"), TOKEN);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    var told = new ArrayList<String>();
    SecretFile.close(file, told::add);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(told).singleElement().asString().contains(file.toString(), "rw-r--r--");
    SecretFile.close(file, told::add);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    SecretFile.close(file, told::add);
    assertThat(told).hasSize(1);
  }
}
