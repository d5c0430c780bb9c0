package dev.gori.metrics.scrape;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A private certificate authority with a server and a client certificate, made with `keytool`.
public final class Certificates {

  private static final char[] PASSWORD = "secret".toCharArray();

  private final Path folder;
  private final KeyStore store;

  private Certificates(Path folder, KeyStore store) {
    this.folder = folder;
    this.store = store;
  }

  /// @param serverName subject of the server certificate
  public static Certificates make(Path folder, String serverName) throws Exception {
    var file = folder.resolve("keys.p12");
    keytool(file, "ca", "-ext", "bc:c");
    keytool(file, "server", "-signer", "ca", "-ext", "san=dns:" + serverName);
    keytool(file, "client", "-signer", "ca");
    return new Certificates(folder, KeyStore.getInstance(file.toFile(), PASSWORD));
  }

  private static void keytool(Path file, String alias, String... more)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=" + alias,
                "-alias",
                alias,
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD),
                "-validity",
                "2"));
    command.addAll(List.of(more));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
  }

  /// The target's TLS context; it trusts clients of the same authority.
  public SSLContext server() throws GeneralSecurityException, IOException {
    var own = KeyStore.getInstance("PKCS12");
    own.load(null, PASSWORD);
    own.setKeyEntry(
        "server", store.getKey("server", PASSWORD), PASSWORD, store.getCertificateChain("server"));
    own.setCertificateEntry("ca", store.getCertificate("ca"));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(own);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  public String authority() throws GeneralSecurityException {
    return pem("CERTIFICATE", store.getCertificate("ca").getEncoded());
  }

  public Path authorityFile() throws GeneralSecurityException, IOException {
    return Files.writeString(folder.resolve("ca.pem"), authority());
  }

  public Path clientFile() throws GeneralSecurityException, IOException {
    return Files.writeString(
        folder.resolve("client.pem"),
        pem("CERTIFICATE", store.getCertificate("client").getEncoded()));
  }

  /// The client's key in PKCS#8.
  public Path clientKeyFile() throws GeneralSecurityException, IOException {
    return Files.writeString(
        folder.resolve("client.key"),
        pem("PRIVATE KEY", store.getKey("client", PASSWORD).getEncoded()));
  }

  /// The same key in PKCS#1: the content of the PKCS#8 octet string.
  public Path clientRsaKeyFile() throws GeneralSecurityException, IOException {
    var whole = store.getKey("client", PASSWORD).getEncoded();
    return Files.writeString(
        folder.resolve("client-rsa.key"),
        pem("RSA PRIVATE KEY", Arrays.copyOfRange(whole, 26, whole.length)));
  }

  private static String pem(String kind, byte[] bytes) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
