package dev.gori.metrics.client;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Verifies a server certificate against a given name in place of the URL's host, or accepts any
/// certificate.
final class ServerNameTrustManager extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;
  private static final int ADDRESS = 7;

  private final @Nullable X509TrustManager chains;
  private final @Nullable String name;

  /// @param chains verifies the certificate chain; null accepts any certificate
  /// @param name that the certificate must be for
  ServerNameTrustManager(@Nullable X509TrustManager chains, @Nullable String name) {
    this.chains = chains;
    this.name = name;
  }

  private void check(X509Certificate[] chain, String type) throws CertificateException {
    if (chains == null) {
      return;
    }
    chains.checkServerTrusted(chain, type);
    if (name != null && !isFor(chain[0], name)) {
      throw new CertificateException(
          "the certificate is not for '%s' (server_name)".formatted(name));
    }
  }

  static boolean isFor(X509Certificate certificate, String name) throws CertificateException {
    var others = certificate.getSubjectAlternativeNames();
    if (others == null) {
      return false;
    }
    for (List<?> other : others) {
      if (other.get(1) instanceof String candidate
          && ((other.get(0).equals(DNS_NAME) && matches(candidate, name))
              || (other.get(0).equals(ADDRESS) && candidate.equals(name)))) {
        return true;
      }
    }
    return false;
  }

  /// A wildcard matches the first label of a name.
  private static boolean matches(String pattern, String name) {
    var wanted = name.toLowerCase(Locale.ROOT);
    var shown = pattern.toLowerCase(Locale.ROOT);
    if (!shown.startsWith("*.")) {
      return shown.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(shown.substring(1));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("client certificates are not verified here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
