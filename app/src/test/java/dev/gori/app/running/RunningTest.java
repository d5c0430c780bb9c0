package dev.gori.app.running;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the verbs say about a data folder that they cannot use.
final class RunningTest {

  @TempDir Path data;

  @Test
  void aFileOfAddressesThatCannotBeReadIsNamed() throws Exception {
    var file = Files.writeString(data.resolve("addresses.json"), "{\"process\": 1, ");
    assertThatThrownBy(() -> Running.from(data))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("malformed JSON")
        .hasMessageContaining("gori up");
  }
}
