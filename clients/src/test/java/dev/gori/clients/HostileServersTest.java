package dev.gori.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gori.clients.HostileServer.Manner;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.clients.s3.S3Access;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every client ends every call to a server that does not answer as it should: with a fault that
/// names the call, in bounded time, with bounded memory, and with no half of a file left.
@ExtendWith(NoLeaks.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HostileServersTest {

  private static final Duration DEADLINE = Duration.ofMillis(300);
  private static final String AT = "mlflow-artifacts:/1/abc/artifacts";
  private static final ObjectPath OBJECT = new ObjectPath("bucket", "key");

  /// Of the answer to these the status is all that is asked for.
  private static final Set<String> HEAD_IS_ENOUGH = Set.of("s3, head", "s3, an upload");

  private static final Set<Manner> BODIES =
      EnumSet.of(Manner.SLOW_BODY, Manner.STALLED, Manner.ENDLESS);

  private static final Set<Manner> BAD = EnumSet.complementOf(EnumSet.of(Manner.SAYS));

  private static final Map<String, Call> CALLS = new LinkedHashMap<>();

  static {
    CALLS.put("any server, a call", (to, _) -> get(to));
    CALLS.put("prometheus, a query", (to, _) -> query(to));
    CALLS.put("mlflow, a call", (to, _) -> mlflow(to, c -> c.model("m")));
    CALLS.put("mlflow, a search", (to, _) -> mlflow(to, c -> c.experimentByName("e")));
    CALLS.put("mlflow, an upload", (to, folder) -> proxied(to, p -> p.put(AT, big(folder))));
    CALLS.put("mlflow, a listing", (to, _) -> proxied(to, p -> p.list(AT)));
    CALLS.put(
        "mlflow, a download",
        (to, folder) ->
            proxied(
                to,
                p ->
                    new MlflowArtifacts(p, Optional.empty()).file(AT, "", folder.resolve("down"))));
    CALLS.put("s3, head", (to, _) -> store(to, s -> s.head(OBJECT)));
    CALLS.put("s3, a listing", (to, _) -> store(to, s -> s.list(OBJECT)));
    CALLS.put("s3, bytes", (to, _) -> store(to, s -> s.bytes(OBJECT, 1 << 20)));
    CALLS.put(
        "s3, a download",
        (to, folder) -> store(to, s -> s.download(OBJECT, folder.resolve("down"))));
    CALLS.put(
        "s3, an upload", (to, folder) -> store(to, s -> s.put(OBJECT, big(folder), "text/plain")));
  }

  private interface Call {
    void make(HostileServer to, Path folder) throws IOException;
  }

  private interface With<T> {
    void call(T client) throws IOException;
  }

  record Case(String name, Call call, Manner manner) {
    @Override
    public String toString() {
      return name + " to a server that is " + manner;
    }
  }

  static Stream<Case> endsEveryCall() {
    return CALLS.entrySet().stream()
        .flatMap(call -> BAD.stream().map(m -> new Case(call.getKey(), call.getValue(), m)))
        .filter(given -> !(HEAD_IS_ENOUGH.contains(given.name) && BODIES.contains(given.manner)));
  }

  @ParameterizedTest
  @MethodSource
  void endsEveryCall(Case given, @TempDir Path folder) throws IOException {
    try (var server = new HostileServer(given.manner)) {
      var fault = catchThrowableOfType(FaultException.class, () -> given.call.make(server, folder));

      assertThat(fault).as("the call fails").isNotNull();
      assertThat(fault.fault()).isIn(Fault.TIMED_OUT, Fault.BACKEND_DOWN, Fault.TOO_LARGE);
      assertThat(fault.reason()).isNotBlank().doesNotContain("null");
      assertThat(server.sent()).as("bytes taken").isLessThan(600L << 20);
      assertThat(server.requests()).as("attempts").isLessThan(10);
      try (var left = Files.list(folder)) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .as("files left")
            .isSubsetOf("big");
      }
    }
  }

  private static void get(HostileServer to) {
    try (var calls = HttpCalls.within(DEADLINE)) {
      var answer = calls.get(to.address().resolve("/x"));
      // redirects are the caller's to judge
      throw new FaultException(Fault.BACKEND_DOWN, "status " + answer.status());
    }
  }

  private static void query(HostileServer to) {
    switch (new PrometheusClient(to.address(), DEADLINE).instant("up", Instant.EPOCH)) {
      case PrometheusClient.Outcome.Failed(String why) ->
          throw new FaultException(Fault.BACKEND_DOWN, why);
      case PrometheusClient.Outcome.Answer _, PrometheusClient.Outcome.NoData _ -> {}
    }
  }

  private static void mlflow(HostileServer to, With<MlflowClient> call) throws IOException {
    try (var client =
        MlflowClient.open(
            new MlflowAccess(to.address(), Optional.empty(), Optional.empty()), DEADLINE)) {
      call.call(client);
    }
  }

  private static void proxied(HostileServer to, With<ProxiedArtifacts> call) throws IOException {
    try (var calls = new MlflowRest(to.address(), Optional.empty(), DEADLINE)) {
      call.call(new ProxiedArtifacts(calls));
    }
  }

  private static void store(HostileServer to, With<ObjectStoreClient> call) throws IOException {
    var access = new S3Access(to.address(), "us-east-1", "key", "secret", DEADLINE);
    try (var store = ObjectStoreClient.open(access)) {
      call.call(store);
    }
  }

  /// What answers is no server of the protocol, or one that is broken.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Welcome to nginx!</html>",
        "",
        "[",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{\"values\":[[\"soon\",\"x\"]]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"many\"]}]}}"
      })
  void namesAnAnswerThatIsNotOfTheProtocol(String body) throws IOException {
    try (var server = HostileServer.saying(body)) {
      assertThat(new PrometheusClient(server.address(), DEADLINE).instant("up", Instant.EPOCH))
          .isInstanceOfSatisfying(
              PrometheusClient.Outcome.Failed.class,
              failed -> assertThat(failed.why()).contains("127.0.0.1"));
      try (var loki = new LokiClient(server.address(), null, DEADLINE)) {
        var fault =
            catchThrowableOfType(
                FaultException.class,
                () -> loki.queryRange("{a=\"b\"}", Instant.EPOCH, Instant.EPOCH, 1));
        assertThat(fault).as(body).isNotNull();
        assertThat(fault.fault())
            .as("whose fault it is: %s", fault.reason())
            .isIn(Fault.BACKEND_DOWN, Fault.BAD_REQUEST);
      }
    }
  }

  private static Path big(Path folder) {
    try {
      return Files.write(folder.resolve("big"), new byte[1 << 10]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
