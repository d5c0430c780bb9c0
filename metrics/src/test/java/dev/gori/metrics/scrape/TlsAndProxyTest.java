package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Targets with TLS and a private certificate authority, and behind a proxy.
@ExtendWith(NoLeaks.class)
final class TlsAndProxyTest {

  private static final String NAME = "target.example";

  @TempDir static Path keys;

  private static Certificates certificates;

  @TempDir Path folder;

  @BeforeAll
  static void make() throws Exception {
    certificates = Certificates.make(keys, NAME);
    certificates.authorityFile();
    certificates.clientFile();
    certificates.clientKeyFile();
    certificates.clientRsaKeyFile();
  }

  /// @param error empty if the scrape works
  record Case(String name, String tls, boolean clients, String error) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> tls() {
    return Stream.of(
        new Case(
            "an authority that is not known", "", false, "unable to find valid certification path"),
        new Case(
            "a certificate for another name",
            "ca_file: KEYS/ca.pem",
            false,
            "No subject alternative names matching IP address 127.0.0.1"),
        new Case(
            "the name that it is for",
            "{ca_file: KEYS/ca.pem, server_name: target.example}",
            false,
            ""),
        new Case(
            "a name that it is not for",
            "{ca_file: KEYS/ca.pem, server_name: other.example}",
            false,
            "not for 'other.example' (server_name)"),
        new Case(
            "the name without the authority",
            "server_name: target.example",
            false,
            "unable to find valid certification path"),
        new Case("anything goes", "insecure_skip_verify: true", false, ""),
        new Case(
            "no client certificate where one is needed",
            "insecure_skip_verify: true",
            true,
            "certificate"),
        new Case(
            "a client certificate",
            "{ca_file: KEYS/ca.pem, server_name: target.example, cert_file: KEYS/client.pem, key_file: KEYS/client.key}",
            true,
            ""),
        new Case(
            "a key in RSA's own form",
            "{insecure_skip_verify: true, cert_file: KEYS/client.pem, key_file: KEYS/client-rsa.key}",
            true,
            ""),
        new Case(
            "a key that is none",
            "{insecure_skip_verify: true, cert_file: KEYS/client.pem, key_file: KEYS/client.pem}",
            true,
            "key of tls_config holds no private key"),
        new Case(
            "a file that is not there",
            "ca_file: KEYS/nothing.pem",
            false,
            "nothing.pem' of tls_config cannot be read"),
        new Case(
            "a version",
            "{insecure_skip_verify: true, min_version: TLS13, max_version: TLS13}",
            false,
            ""));
  }

  @ParameterizedTest
  @MethodSource
  void tls(Case c) throws Exception {
    try (var target = RawTarget.start(certificates.server(), c.clients()).shows("a 1\n")) {
      Files.writeString(folder.resolve("password"), "pass\n");
      var keysOfJob =
          "scheme: https\nbasic_auth: {username: user, password_file: password}\n"
              + (c.tls().isEmpty()
                  ? ""
                  : "tls_config: "
                      + (c.tls().startsWith("{") ? c.tls() : "{" + c.tls() + "}")
                      + "\n");
      try (var rig =
          new ScrapeRig(
              folder, ScrapeRig.job(target, keysOfJob.replace("KEYS", keys.toString())))) {
        rig.round();
        if (c.error().isEmpty()) {
          assertThat(rig.error()).isEmpty();
          assertThat(rig.value("a")).isEqualTo(1);
          assertThat(target.header("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
        } else {
          assertThat(rig.error()).contains(c.error());
          assertThat(rig.value("up")).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysWhatToDoWhenTheTargetClosesAfterTheHandshake(boolean reset) throws Exception {
    try (var server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        var rig =
            new ScrapeRig(
                folder,
                ScrapeRig.job(
                    "127.0.0.1:" + server.getLocalPort(),
                    "scheme: https\ntls_config: {insecure_skip_verify: true}\n"))) {
      var tls = certificates.server().getSocketFactory();
      Thread.startVirtualThread(() -> closeAfterHandshake(server, tls, reset));
      rig.round();
      assertThat(rig.error())
          .contains("closed the TLS connection without a response")
          .contains("cert_file and key_file in tls_config");
    }
  }

  private static void closeAfterHandshake(
      ServerSocket server, SSLSocketFactory tls, boolean reset) {
    while (!server.isClosed()) {
      try (var plain = server.accept();
          var socket = (SSLSocket) tls.createSocket(plain, null, true)) {
        socket.setUseClientMode(false);
        socket.startHandshake();
        if (reset) {
          plain.setSoLinger(true, 0);
          plain.close();
        }
      } catch (IOException _) {
        // the client disconnected, or the test is over
      }
    }
  }

  @Test
  void inlineCertificates() throws Exception {
    try (var target = RawTarget.start(certificates.server(), false).shows("a 1\n")) {
      var tls =
          "scheme: https\ntls_config:\n  server_name: target.example\n  ca: |\n"
              + certificates.authority().indent(4);
      try (var rig = new ScrapeRig(folder, ScrapeRig.job(target, tls))) {
        assertThat(rig.round().error()).isEmpty();
      }
    }
  }

  @Test
  void anAuthorityThatIsReplacedIsReadAgain() throws Exception {
    var file = folder.resolve("own-ca.pem");
    Files.copy(keys.resolve("client.pem"), file); // a certificate that signed no other
    try (var target = RawTarget.start(certificates.server(), false).shows("a 1\n");
        var rig =
            new ScrapeRig(
                folder,
                ScrapeRig.job(
                    target,
                    "scheme: https\ntls_config: {server_name: target.example, ca_file: own-ca.pem}"))) {
      assertThat(rig.round().error()).isNotEmpty();
      Files.writeString(file, certificates.authority());
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
      assertThat(rig.round().error()).isEmpty();
    }
  }

  @Test
  void aProxyCallsForUs() throws Exception {
    try (var proxy = RawTarget.start().shows("a 1\n")) {
      var config =
          "scrape_configs:\n- job_name: j\n  proxy_url: http://%s\n  static_configs: [{targets: ['target.invalid:80']}]\n"
              .formatted(proxy.address());
      try (var rig = new ScrapeRig(folder, config)) {
        assertThat(rig.round().error()).isEmpty();
        assertThat(proxy.header("Host")).isEqualTo("target.invalid");
        rig.reload(config + "  no_proxy: .invalid\n");
        assertThat(rig.round().error()).isNotEmpty();
        assertThat(proxy.asked).hasSize(1);
      }
    }
  }

  @Test
  void aTokenIsFetchedForAClientAndKeptUntilItIsOver() throws Exception {
    try (var tokens = RawTarget.start();
        var target = RawTarget.start().shows("a 1\n")) {
      var forms = new CopyOnWriteArrayList<String>();
      tokens.answers(
          call -> {
            forms.add(new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            RawTarget.send(
                call,
                "application/json",
                "",
                "{\"access_token\": \"t%d\", \"token_type\": \"bearer\", \"expires_in\": 60}"
                    .formatted(forms.size())
                    .getBytes(StandardCharsets.UTF_8));
          });
      Files.writeString(folder.resolve("secret"), "s&cret\n");
      var oauth2 =
          "oauth2: {client_id: me, client_secret_file: secret, token_url: 'http://%s/token', scopes: [a, b], endpoint_params: {aud: x}}\n"
              .formatted(tokens.address());
      try (var rig = new ScrapeRig(folder, ScrapeRig.job(target, oauth2))) {
        assertThat(rig.round().error()).isEmpty();
        assertThat(target.header("Authorization")).isEqualTo("Bearer t1");
        assertThat(forms).containsExactly("aud=x&grant_type=client_credentials&scope=a+b");
        assertThat(tokens.header("Authorization"))
            .as("me:s%%26cret, each escaped as in a form")
            .isEqualTo("Basic bWU6cyUyNmNyZXQ=");
        assertThat(rig.round().error()).isEmpty();
        assertThat(forms).hasSize(1);
        target.answers(call -> call.sendResponseHeaders(401, -1));
        assertThat(rig.round().error()).contains("401");
        target.shows("a 1\n");
        assertThat(rig.round().error()).isEmpty();
        assertThat(target.header("Authorization")).isEqualTo("Bearer t2");
      }
    }
  }

  @Test
  void aServerThatWantsTheClientsSecretInTheFormGetsIt() throws Exception {
    try (var tokens = RawTarget.start();
        var target = RawTarget.start().shows("a 1\n")) {
      tokens.answers(
          call -> {
            var form = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!form.contains("client_id=me&client_secret=s")) {
              call.sendResponseHeaders(401, -1);
              return;
            }
            RawTarget.send(
                call,
                "application/json",
                "",
                "{\"access_token\": \"t\"}".getBytes(StandardCharsets.UTF_8));
          });
      var oauth2 =
          "oauth2: {client_id: me, client_secret: s, token_url: 'http://%s/'}\n"
              .formatted(tokens.address());
      try (var rig = new ScrapeRig(folder, ScrapeRig.job(target, oauth2))) {
        assertThat(rig.round().error()).isEmpty();
        assertThat(target.header("Authorization")).isEqualTo("Bearer t");
        tokens.answers(call -> call.sendResponseHeaders(503, -1));
      }
      tokens.answers(call -> call.sendResponseHeaders(503, -1));
      try (var rig = new ScrapeRig(folder, ScrapeRig.job(target, oauth2))) {
        assertThat(rig.round().error()).contains("no token from http", "status 503");
      }
    }
  }
}
