package dev.gori.metrics.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProxyConfigTest {

  record Proxied(String except, String target, boolean direct) {}

  static Stream<Proxied> exceptions() {
    return Stream.of(
        new Proxied("", "http://a.example:80/", false),
        new Proxied("*", "http://a.example/", true),
        new Proxied("a.example", "http://a.example/", true),
        new Proxied("example", "http://a.example/", true),
        new Proxied(".example", "http://a.example/", true),
        new Proxied(".a.example", "http://a.example/", false),
        new Proxied("b.example, A.example", "http://a.example/", true),
        new Proxied("a.example:81", "http://a.example/", false),
        new Proxied("a.example:443", "https://a.example/", true),
        new Proxied("10.0.0.0/8", "http://10.2.3.4:9100/", true),
        new Proxied("10.0.0.0/8", "http://11.2.3.4:9100/", false),
        new Proxied("10.0.0.0/8", "http://name.example/", false),
        new Proxied("10.1.1.1", "http://10.1.1.1:9100/", true),
        new Proxied("fd00::/8", "http://[fd00::1]:9100/", true));
  }

  @ParameterizedTest
  @MethodSource
  void exceptions(Proxied c) {
    var rule = ProxyConfig.of(URI.create("http://proxy:3128"), c.except());
    assertThat(rule.proxyFor(URI.create(c.target())).isEmpty()).isEqualTo(c.direct());
  }

  @Test
  void theEnvironmentSaysWhichProxy() {
    var rule =
        ProxyConfig.ofEnvironment(
            Map.of(
                "http_proxy",
                "proxy:3128",
                "HTTPS_PROXY",
                "http://secure:3129",
                "NO_PROXY",
                "a.example"));
    assertThat(rule.proxyFor(URI.create("http://b.example/")))
        .contains(URI.create("http://proxy:3128"));
    assertThat(rule.proxyFor(URI.create("https://b.example/")))
        .contains(URI.create("http://secure:3129"));
    assertThat(rule.proxyFor(URI.create("http://a.example/"))).isEmpty();
    assertThat(rule.proxyFor(URI.create("http://localhost:9100/"))).isEmpty();
    assertThat(ProxyConfig.ofEnvironment(Map.of()))
        .isEqualTo(new ProxyConfig(Optional.empty(), Optional.empty(), List.of(), true));
  }
}
