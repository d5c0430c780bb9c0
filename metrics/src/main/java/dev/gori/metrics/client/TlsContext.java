package dev.gori.metrics.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Builds the TLS context for a `tls_config`.
final class TlsContext {

  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");

  /// The PKCS#8 header of an RSA key: version 0, and the algorithm identifier.
  private static final byte[] RSA_IDENTIFIER = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private TlsContext() {}

  /// @throws IOException if a file is invalid
  static SSLContext of(HttpClientConfig.Tls tls) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys(tls), trust(tls), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("tls_config cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(HttpClientConfig.Tls tls)
      throws IOException, GeneralSecurityException {
    if (tls.skipVerify()) {
      return new TrustManager[] {new ServerNameTrustManager(null, null)};
    }
    if (!tls.ca().isSet() && tls.serverName().isEmpty()) {
      return null; // the platform's default
    }
    KeyStore store = null;
    if (tls.ca().isSet()) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (var certificate : certificates(tls.ca(), "ca")) {
        store.setCertificateEntry("ca" + n++, certificate);
      }
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    if (tls.serverName().isEmpty()) {
      return factory.getTrustManagers();
    }
    var chain =
        (X509TrustManager)
            Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .findFirst()
                .orElseThrow();
    return new TrustManager[] {new ServerNameTrustManager(chain, tls.serverName().get())};
  }

  private static KeyManager @Nullable [] keys(HttpClientConfig.Tls tls)
      throws IOException, GeneralSecurityException {
    if (!tls.cert().isSet()) {
      return null;
    }
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    var chain = certificates(tls.cert(), "cert").toArray(Certificate[]::new);
    store.setKeyEntry("key", key(tls.key().read()), new char[0], chain);
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static Collection<? extends Certificate> certificates(
      HttpClientConfig.Secret pem, String what) throws IOException, GeneralSecurityException {
    var all =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.read().getBytes(StandardCharsets.UTF_8)));
    if (all.isEmpty()) {
      throw new IOException(
          "%s of tls_config holds no certificate (expected: PEM)".formatted(what));
    }
    return all;
  }

  private static PrivateKey key(String pem) throws IOException, GeneralSecurityException {
    var found = PEM_KEY.matcher(pem);
    if (!found.find()) {
      throw new IOException("key of tls_config holds no private key (expected: PEM)");
    }
    var kind = found.group(1).strip();
    if (!kind.isEmpty() && !kind.equals("RSA")) {
      throw new IOException(
          "key of tls_config is in the form '%s PRIVATE KEY' (expected: PKCS#8, as 'openssl pkcs8 -topk8 -nodes' writes it)"
              .formatted(kind));
    }
    var der = Base64.getMimeDecoder().decode(found.group(2));
    var spec = new PKCS8EncodedKeySpec(kind.isEmpty() ? der : wrapped(der));
    GeneralSecurityException last = new GeneralSecurityException("no key");
    for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  private static byte[] wrapped(byte[] rsa) {
    var octets = tagged(0x04, rsa);
    var inner = Arrays.copyOf(RSA_IDENTIFIER, RSA_IDENTIFIER.length + octets.length);
    System.arraycopy(octets, 0, inner, RSA_IDENTIFIER.length, octets.length);
    return tagged(0x30, inner);
  }

  private static byte[] tagged(int tag, byte[] content) {
    int lengthBytes =
        content.length < 0x80 ? 0 : content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
    var all = new byte[2 + lengthBytes + content.length];
    all[0] = (byte) tag;
    all[1] = (byte) (lengthBytes == 0 ? content.length : 0x80 | lengthBytes);
    for (int i = 0; i < lengthBytes; i++) {
      all[2 + i] = (byte) (content.length >> (8 * (lengthBytes - 1 - i)));
    }
    System.arraycopy(content, 0, all, 2 + lengthBytes, content.length);
    return all;
  }
}
