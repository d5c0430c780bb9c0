package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.s3.ObjectPath;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Every feature version that a reader sees is whole: what `metadata.json` says is what lies beside
/// it.
final class WholeVersions {

  private static final int LARGEST = 64 << 20;

  private WholeVersions() {}

  static void only(RunningEnvironment environment) throws IOException {
    var root = new ObjectPath("features-" + environment.name(), "daily_user_events/");
    try (var store = environment.store()) {
      var published =
          store.list(root).objects().stream()
              .map(object -> object.path())
              .filter(path -> path.name().equals("metadata.json"))
              .toList();
      assertThat(published).isNotEmpty();
      for (var metadata : published) {
        var key = metadata.key();
        var folder =
            new ObjectPath(
                metadata.bucket(), key.substring(0, key.length() - "metadata.json".length()));
        var said = Json.parse(store.bytes(metadata, LARGEST));
        var csv = store.bytes(folder.child("feature.csv"), LARGEST);
        assertThat(sha256(csv)).as("%s", folder).isEqualTo(said.path("sha256").asString(""));
        assertThat(
                Json.parse(store.bytes(folder.child("schema.json"), LARGEST))
                    .path("feature_version")
                    .asString(""))
            .isEqualTo(said.path("feature_version").asString("-"));
        assertThat(store.list(folder).objects()).hasSize(3);
      }
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
