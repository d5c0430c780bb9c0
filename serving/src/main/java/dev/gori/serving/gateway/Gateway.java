package dev.gori.serving.gateway;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.PeriodicTask;
import dev.gori.clients.GatewayClient;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The gateway of one environment.
public final class Gateway implements Role {

  private static final Duration RESTORE_PAUSE = Duration.ofSeconds(2);
  private static final Duration FOLLOW_PAUSE = Duration.ofMillis(500);
  private static final Duration FOLLOW_DEADLINE = Duration.ofSeconds(5);

  private final GatewaySettings settings;
  private final Logger log;
  private final Serving serving;
  private final List<Mount> mounts;
  private final Time time;
  private final Closer closer;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean restored;
  private @Nullable Follower follower;

  private Gateway(
      GatewaySettings settings,
      Serving serving,
      List<Mount> mounts,
      Time time,
      Closer closer,
      boolean restored,
      Logger log) {
    this.settings = settings;
    this.log = log;
    this.serving = serving;
    this.mounts = mounts;
    this.time = time;
    this.closer = closer;
    this.restored = restored;
  }

  /// Opens the gateway and restores the models that served before from its own disk, without the
  /// registry or the object store.
  ///
  /// @param registry the MLflow server, with a token if its reads need one
  /// @param folder stores the state and the models
  public static Gateway open(
      GatewaySettings settings,
      MlflowAccess registry,
      Time time,
      Disk disk,
      Path folder,
      Logger log,
      SelfMetrics self)
      throws IOException {
    var closer = new Closer();
    try {
      disk.createDirectories(folder);
      var open = OpenResources.mark("gateway " + folder);
      closer.add("register", open::closed);
      var client =
          closer.add("registry client", MlflowClient.open(registry, settings.registryDeadline()));
      var metrics = new GatewayMetrics(self);
      var state = new StateFile(disk, folder.resolve("state.json"));
      if (!state.isThere() && !disk.list(folder.resolve("models")).isEmpty()) {
        log.warn(
            "gateway state={} is not there, but models that it loaded are; nothing"
                + " serves until delivery loads what Git declares",
            folder.resolve("state.json"));
      }
      var cache = new ModelCache(disk, folder.resolve("models"));
      var source = new ModelSource(client, time, folder.resolve("fetching"));
      var deadlines = new Deadlines(self.threads());
      var loader =
          new Loader(cache, source, metrics, deadlines, settings.predictionDeadline(), time);
      var serving =
          closer.add(
              "variants",
              new Serving(settings, loader, source, cache, state, metrics, deadlines, log));
      var shadow = closer.add("shadow", new Shadow(settings.shadowQueue(), metrics, log));
      closer.add("deadlines", deadlines); // closes before those that wait for runs
      boolean restored = serving.restore();

      var predictor = new Predictor(settings, serving, shadow, log);
      var accessLog = closer.add("access log", new AccessLog(metrics, log, self.threads()));
      var versions = new ModelHeaders();
      var own = new Routes(ErrorFormat.GORI).filter(accessLog).filter(versions);
      new PredictRoutes(serving, predictor).mount(own);
      new ControlRoutes(settings, serving, time, self).mount(own);
      var protocol = new Routes(OpenInferenceRoutes.ERRORS).filter(accessLog).filter(versions);
      new OpenInferenceRoutes(settings, serving, predictor).mount(protocol);
      return new Gateway(
          settings,
          serving,
          List.of(new Mount("", own), new Mount("", protocol)),
          time,
          closer,
          restored,
          log);
    } catch (IOException | RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /// Makes this gateway a replica of another gateway. Call it before {@link #start}.
  ///
  /// @param leader such as `http://localhost:7020`
  /// @param token the leader's token, if its reads need one
  public void follow(URI leader, Optional<String> token) {
    follower =
        closer.add(
            "follower",
            new Follower(
                GatewayClient.open(leader, token, FOLLOW_DEADLINE),
                serving,
                settings.variants(),
                log));
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public List<Mount> mounts() {
    return mounts;
  }

  /// Starts following the leader, if there is one, and retries the models that could not be
  /// restored until their variants have a model.
  @Override
  public void start() {
    var following = follower;
    if (following != null) {
      closer.add(
          "following", PeriodicTask.start(time, "gateway-follow", FOLLOW_PAUSE, following::round));
    }
    if (!restored) {
      closer.add(
          "restoring",
          PeriodicTask.start(
              time,
              "gateway-restore",
              RESTORE_PAUSE,
              () -> {
                if (!restored) {
                  restored = serving.restore();
                }
              }));
    }
  }

  /// The role is ready while it accepts requests. `GET /ready` reports whether the variants of the
  /// traffic policy have models.
  @Override
  public Optional<String> notReady() {
    return closed.get() ? Optional.of("stopping") : Optional.empty();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closer.close();
    }
  }
}
