package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretFilesTest {

  @TempDir Path folder;

  private void file(String name, String permissions, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void whatOnlyTheOwnerMayReadIsSecret() throws Exception {
    file("token", "rw-------", "the-token\n");
    file(
        "s3-credentials",
        "r--------",
        "[default]\naws_access_key_id = AKID\naws_secret_access_key = hush/hush\nregion = eu\n");
    file("tls.pem", "rw-------", "-----BEGIN KEY-----\nMIIEvQ\n-----END KEY-----\n");
    file("alerts/slack-url", "rw-------", "https://hooks/x");
    file("alerts/VERSION", "rw-------", "an alerts journal");
    file("open", "rw-r--r--", "everybody may read this");
    file("delivery.db", "rw-------", "SQLite format 3");
    file("far/below/token", "rw-------", "not looked for");
    file("large", "rw-------", "x".repeat(20_000));
    assertThat(new SecretFiles(folder).get())
        .containsExactlyInAnyOrder("the-token", "AKID", "hush/hush", "MIIEvQ", "https://hooks/x");
    assertThat(new SecretFiles(folder.resolve("nothing")).get()).isEmpty();
  }
}
