package dev.gori.registry;

import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Our client against a real MLflow server from PyPI: what stands in the registry's place when one
/// line of configuration says so.
@ExtendWith(NoLeaks.class)
final class RealMlflowTest extends RegistryContract {

  private static WallTime time;
  private static Process server;
  private static MlflowClient client;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    var python = ExternalTools.python("mlflow", "flask");
    time = new WallTime();
    int port = freePort();
    server =
        new ProcessBuilder(
                python.toString(),
                "-m",
                "mlflow",
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--workers",
                "1",
                "--backend-store-uri",
                "sqlite:///" + folder.resolve("mlflow.db"),
                "--serve-artifacts",
                "--artifacts-destination",
                folder.resolve("artifacts").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile())
            .start();
    var base = URI.create("http://127.0.0.1:" + port);
    client = MlflowClient.open(MlflowAccess.of(base, Optional.empty()), Duration.ofSeconds(60));
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> answers(base));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(URI base) throws InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(base.resolve("/health")).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
      time.close();
    }
  }

  @Override
  MlflowClient client() {
    return client;
  }
}
