package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.FaultException;
import org.junit.jupiter.api.Test;

final class ModelFileTest {

  @Test
  void aRunIdThatNoHeaderCanCarryIsRefused() {
    assertThatThrownBy(() -> new ModelFile("user_events", 1, "run 1\r\nX-Other: no", "", "", "", 0))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("(expected: letters, digits and signs that a header can carry)");
  }
}
