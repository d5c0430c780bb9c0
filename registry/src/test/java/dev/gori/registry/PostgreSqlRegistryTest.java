package dev.gori.registry;

import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.MlflowClient;
import dev.gori.kernel.time.WallTime;
import dev.gori.sql.DatabaseUrl;
import dev.gori.testkit.NoLeaks;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Our registry on PostgreSQL.
@ExtendWith(NoLeaks.class)
final class PostgreSqlRegistryTest extends RegistryContract {

  private static EmbeddedPostgres server;
  private static WallTime time;
  private static RegistryRig place;
  private static MlflowClient client;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server = EmbeddedPostgres.start();
    time = new WallTime();
    var url =
        DatabaseUrl.parse(
            "postgresql://postgres@localhost:%d/postgres".formatted(server.getPort()));
    place =
        new RegistryRig(
            new RegistrySettings(Optional.of(url), RegistrySettings.DEFAULTS.maxArtifact()),
            time,
            folder);
    client = place.client();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    place.close();
    time.close();
    server.close();
  }

  @Override
  MlflowClient client() {
    return client;
  }

  @Override
  void checkHistory(MlflowClient asked, String model, Because because) {
    Assertions.assertThat(asked.aliasHistory(model))
        .hasSize(3)
        .allSatisfy(move -> Assertions.assertThat(move.why()).isEqualTo(because.why()));
  }
}
