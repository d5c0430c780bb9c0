package dev.gori.app;

import dev.gori.alerts.AlertsSettings;
import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Conf.Value;
import dev.gori.base.conf.ConfinedDirectory;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.delivery.DeliverySettings;
import dev.gori.http.QueryLimits;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.logs.LogsSettings;
import dev.gori.metrics.MetricsSettings;
import dev.gori.objectstore.ObjectStoreSettings;
import dev.gori.pipelines.PipelinesSettings;
import dev.gori.registry.RegistrySettings;
import dev.gori.serving.gateway.GatewaySettings;
import dev.gori.sql.DatabaseUrl;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// The settings in `environment.yaml`: a section for each role with the role's own keys. If a
/// section has `url`, the external server at that URL replaces the role.
///
/// @param names the host names that requests to the environment's ports and to the console may use,
///   besides `localhost`, the address of `--host` and any IP address; key `names`
/// @param readsNeedToken whether read requests, except probes, need the token too; key `reads`,
///   which is `open` or `token`
/// @param urls the external servers that replace roles
/// @param replicas addresses of further gateways of the environment, which its metrics scrape too;
///   key `replicas` of `gateway:`
/// @param externalStore the external object store, if there is one
/// @param queries the limits of all queries to the environment's port
/// @param registryToken the file with the token of the external registry
record EnvironmentSettings(
    EnvironmentName name,
    ZoneId zone,
    Set<String> names,
    boolean readsNeedToken,
    Map<RoleName, URI> urls,
    List<URI> replicas,
    Optional<ExternalStore> externalStore,
    Optional<Path> registryToken,
    ObjectStoreSettings store,
    RegistrySettings registry,
    MetricsSettings metrics,
    LogsSettings logs,
    AlertsSettings alerts,
    PipelinesSettings pipelines,
    GatewaySettings gateway,
    DeliverySettings delivery,
    QueryLimits queries) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  private static final ZoneId DEFAULT_ZONE = ZoneId.of("Asia/Seoul");

  /// @param credentials an AWS credentials file
  record ExternalStore(URI url, Path credentials, String region) {}

  EnvironmentSettings {
    names = Set.copyOf(names);
    urls = Map.copyOf(urls);
    replicas = List.copyOf(replicas);
  }

  boolean isEmbedded(RoleName role) {
    return !urls.containsKey(role);
  }

  /// @param folder the environment's data folder; file names must not lead out of it
  static EnvironmentSettings read(
      EnvironmentName name, String file, String text, Path folder, Problems problems) {
    var value = Conf.value(file, text, problems).orElse(new Value.Absent(1));
    new NamedFiles(file, ConfinedDirectory.of(folder), problems).check(value);
    var top = Conf.section(file, value, problems);
    var urls = new EnumMap<RoleName, URI>(RoleName.class);
    var outside = new Reader(top, urls, problems);
    var zone =
        top.scalar("time_zone", "a time zone such as Asia/Seoul", EnvironmentSettings::zone)
            .orElse(DEFAULT_ZONE);
    var store = top.section("store");
    var outsideStore = externalStore(store, problems);
    outsideStore.ifPresent(external -> urls.put(RoleName.STORE, external.url()));
    var registry = top.section(RoleName.REGISTRY.label());
    var gateway = top.section("gateway");
    var settings =
        new EnvironmentSettings(
            name,
            zone,
            names(top, problems),
            top.scalar("reads", "open or token", EnvironmentSettings::readsNeedToken).orElse(false),
            urls,
            replicas(gateway, problems),
            outsideStore,
            registryToken(registry, problems),
            ObjectStoreSettings.read(store, problems),
            outside.read(RoleName.REGISTRY, registry, RegistrySettings::read),
            outside.read(RoleName.METRICS, MetricsSettings::read),
            outside.read(RoleName.LOGS, LogsSettings::read),
            outside.read(RoleName.ALERTS, AlertsSettings::read),
            PipelinesSettings.read(top.section("pipelines"), problems),
            GatewaySettings.read(gateway, problems),
            DeliverySettings.read(top.section("delivery"), problems),
            queries(top.section("queries"), problems));
    top.finish();
    return settings;
  }

  /// Reads `threads`, `waiting`, `timeout` and `max_answer`, the limits of all queries to the
  /// environment's port.
  private static QueryLimits queries(Section section, Problems problems) {
    var d = QueryLimits.DEFAULTS;
    long threads = section.integer("threads", d.threads());
    long waiting = section.integer("waiting", d.waiting());
    var timeout = section.duration("timeout", d.timeout());
    var answer = section.bytes("max_answer", d.answer());
    section.finish();
    int before = problems.all().size();
    problems.expect(threads > 0 && threads <= 64, section.where("threads"), threads, "1 to 64");
    problems.expect(
        waiting > 0 && waiting <= 10_000, section.where("waiting"), waiting, "1 to 10000");
    problems.expect(timeout.isPositive(), section.where("timeout"), timeout, "more than 0s");
    problems.expect(
        answer.count() > 0 && answer.compareTo(d.held()) <= 0,
        section.where("max_answer"),
        answer,
        "more than nothing and at most " + d.held());
    return problems.all().size() > before
        ? d
        : new QueryLimits((int) threads, (int) waiting, timeout, answer, d.held(), d.sending());
  }

  /// Reads the sections of the roles that an external server can replace.
  private record Reader(Section top, Map<RoleName, URI> urls, Problems problems) {
    <T> T read(RoleName role, BiFunction<Section, Problems, T> settings) {
      return read(role, top.section(role.label()), settings);
    }

    <T> T read(RoleName role, Section section, BiFunction<Section, Problems, T> settings) {
      section
          .scalar("url", "an address such as http://localhost:9090", EnvironmentSettings::address)
          .ifPresent(url -> urls.put(role, url));
      return settings.apply(section, problems);
    }
  }

  /// Checks the file names in `environment.yaml`. Names of a role's destinations and its SQLite
  /// file are relative to the role's folder; names of credentials files for external servers are
  /// relative to the environment's folder.
  private record NamedFiles(String file, ConfinedDirectory own, Problems problems) {

    void check(Value top) {
      if (!(top instanceof Value.Keys(int _, var sections, var _))) {
        return;
      }
      sections.forEach(
          (section, value) -> {
            var base =
                section.equals(RoleName.METRICS.label()) ? own.path().resolve(section) : own.path();
            own.check(file, value, base, problems);
            if (value instanceof Value.Keys(int _, var keys, var _)
                && keys.get("database") instanceof Value.Scalar(int line, var url, boolean _)) {
              database(section, line, url);
            }
          });
    }

    private void database(String section, int line, String url) {
      try {
        if (DatabaseUrl.parse(url) instanceof DatabaseUrl.Sqlite(var name)) {
          own.refusal(name.toString(), own.path().resolve(section).resolve(name))
              .ifPresent(
                  why -> problems.add("%s:%d %s.database: %s".formatted(file, line, section, why)));
        }
      } catch (IllegalArgumentException _) { // the role reports it
      }
    }
  }

  private static Optional<ExternalStore> externalStore(Section section, Problems problems) {
    var url =
        section.scalar(
            "url", "an address such as https://s3.example.com", EnvironmentSettings::address);
    var credentials = section.text("credentials_file");
    var region = section.textOr("region", "us-east-1");
    problems.expect(
        url.isPresent() == credentials.isPresent(),
        section.where("credentials_file"),
        credentials.orElse("nothing"),
        "an AWS credentials file, together with 'url'");
    return url.flatMap(
        address -> credentials.map(file -> new ExternalStore(address, Path.of(file), region)));
  }

  private static Optional<Path> registryToken(Section section, Problems problems) {
    var file = section.text("token_file").map(Path::of);
    problems.expect(
        file.isEmpty() || section.text("url").isPresent(),
        section.where("token_file"),
        file.map(Path::toString).orElse(""),
        "none without 'url': the embedded registry takes the environment's own token");
    return file;
  }

  private static List<URI> replicas(Section section, Problems problems) {
    var replicas = new ArrayList<URI>();
    for (var text : section.texts("replicas")) {
      try {
        replicas.add(address(text));
      } catch (IllegalArgumentException _) {
        problems.add(
            "%s: '%s' (expected: an address such as http://localhost:7120)"
                .formatted(section.where("replicas"), text));
      }
    }
    return replicas;
  }

  private static URI address(String text) {
    var uri = URI.create(text.replaceAll("/+$", ""));
    if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }

  private static Set<String> names(Section top, Problems problems) {
    var names = new TreeSet<String>();
    for (var name : top.texts("names")) {
      problems.expect(
          NAME.matcher(name).matches(),
          top.where("names"),
          "'" + name + "'",
          "the name of a host, such as gori.example.com, without a port");
      names.add(name);
    }
    return names;
  }

  private static boolean readsNeedToken(String text) {
    return switch (text) {
      case "open" -> false;
      case "token" -> true;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
