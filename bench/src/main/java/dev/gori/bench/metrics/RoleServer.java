package dev.gori.bench.metrics;

import dev.gori.base.observe.RoleLogs;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.MetricsHandler;
import dev.gori.http.Mount;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.metrics.Metrics;
import dev.gori.metrics.MetricsConfig;
import dev.gori.metrics.MetricsSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The metrics role alone, on the platform's own HTTP server, with its defaults: `PORT FOLDER
/// CONFIG`.
public final class RoleServer {

  private RoleServer() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var folder = Path.of(arguments[1]);
    var closer = new Closer();
    var time = closer.add("time", new WallTime());
    var logs = closer.add("logs", RoleLogs.in(folder.resolve("logs")));
    var own = new SelfMetrics();
    var scrape = new MetricsConfig.TextFile(arguments[2], Files.readString(Path.of(arguments[2])));
    var config =
        new MetricsConfig(
            scrape,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://127.0.0.1:" + arguments[0] + "/prometheus"));
    var metrics =
        closer.add(
            "metrics",
            Metrics.open(
                MetricsSettings.DEFAULTS,
                config,
                time,
                Disk.local(),
                folder,
                logs.of("metrics"),
                own));
    var server =
        closer.add(
            "server",
            HttpServer.open("127.0.0.1", Integer.parseInt(arguments[0]), HttpServer.Limits.OPEN));
    var mounts = new ArrayList<>(metrics.mounts());
    mounts.add(
        new Mount("", new Routes(ErrorFormat.PLAIN).get("/metrics", new MetricsHandler(own))));
    server.mount(mounts);
    metrics.start();
    Runtime.getRuntime().addShutdownHook(new Thread(closer::close));
    Thread.currentThread().join();
  }
}
