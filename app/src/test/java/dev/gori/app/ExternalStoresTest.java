package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.objectstore.ObjectStore;
import dev.gori.objectstore.ObjectStoreSettings;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// dev keeps nothing but samples and lines on its own disk: objects in an S3 by endpoint and keys
/// (another installation's), tables of registry, pipelines and delivery in one PostgreSQL. prod
/// stays on embedded ones.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ExternalStoresTest {

  private static final String DELIVERY =
      "{poll: 300ms, window: 5s, settle: 2s, interval: 1s, least_good: 3, alert_for: 5s, p95:"
          + " 10s, database: '%s'}";

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static EmbeddedPostgres postgres;
  private static PlatformRig rig;

  @BeforeAll
  static void start() throws IOException {
    postgres = CLOSER.add("PostgreSQL", EmbeddedPostgres.start());
    var other = folder.resolve("other");
    var store =
        CLOSER.add(
            "store",
            ObjectStore.open(
                ObjectStoreSettings.DEFAULTS,
                new EnvironmentName("other"),
                "127.0.0.1",
                0,
                other,
                new ManualClock(),
                LoggerFactory.getLogger(ExternalStoresTest.class)));
    var url = "postgresql://postgres@localhost:%d/postgres".formatted(postgres.getPort());
    var credentials = folder.resolve("data/dev/s3-credentials");
    Files.createDirectories(folder.resolve("data/dev"));
    Files.copy(other.resolve("credentials"), credentials);
    rig =
        CLOSER.add(
            "platform",
            PlatformRig.start(
                folder,
                Map.of(
                    "dev",
                    Map.of(
                        "store",
                            "{url: '%s', credentials_file: s3-credentials}"
                                .formatted(store.access().endpoint()),
                        "registry", "{database: '%s'}".formatted(url),
                        "pipelines", "{database: '%s'}".formatted(url),
                        "delivery", DELIVERY.formatted(url)))));
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  @Test
  @Order(1)
  void theLoopRunsOnThem() throws IOException {
    rig.loopOnce();
  }

  @Test
  @Order(2)
  void allThatIsKeptIsThere() throws IOException, SQLException {
    for (var bucket : List.of("raw-dev", "features-dev", "artifacts-dev")) {
      try (var store = rig.dev().store()) {
        assertThat(store.list(new ObjectPath(bucket, "")).objects()).as(bucket).isNotEmpty();
      }
      assertThat(folder.resolve("other/objects").resolve(bucket))
          .as("in the other's folder")
          .isNotEmptyDirectory();
    }
    assertThat(rig.data().resolve("dev/store")).doesNotExist();
    try (var files = Files.walk(rig.data().resolve("dev"))) {
      assertThat(
              files
                  .map(file -> String.valueOf(file.getFileName()))
                  .filter(name -> name.endsWith(".db")))
          .isEmpty();
    }
    var tables = new TreeSet<String>();
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT table_name FROM information_schema.tables WHERE table_type"
                    + " = 'BASE TABLE'")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    assertThat(tables).contains("model_versions", "alias_history");
  }

  @Test
  @Order(3)
  void theChecklistPassesOnThem() throws IOException {
    rig.expectChecklistPasses();
  }
}
