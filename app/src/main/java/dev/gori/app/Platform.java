package dev.gori.app;

import dev.gori.app.running.Addresses;
import dev.gori.base.conf.Problems;
import dev.gori.console.BaseUrls;
import dev.gori.console.Console;
import dev.gori.delivery.Delivery;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.git.Tree;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The whole program: the environments that the workspace declares, and their console.
public final class Platform implements AutoCloseable {

  private static final String CONSOLE_ZONE_DEFAULT = "Asia/Seoul";

  /// What to run.
  ///
  /// @param template the initial content of a new workspace
  /// @param environments names; empty for all
  /// @param roles empty for all
  /// @param elsewhere the address of a process that runs the other roles
  /// @param port the port of the only environment that runs; overrides `portBase`
  /// @param follow the leader, if the gateway of this process is a replica
  /// @param workspace the path or address of the Git repository to follow, instead of the data
  ///   folder's own
  public record Options(
      Path data,
      Path template,
      String host,
      int portBase,
      List<String> environments,
      List<String> roles,
      Optional<URI> elsewhere,
      Optional<Integer> port,
      Optional<URI> follow,
      Optional<String> workspace) {

    public static Options all(Path data, Path template, int portBase) {
      return new Options(
          data,
          template,
          "127.0.0.1",
          portBase,
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    private boolean isWhole() {
      return environments.isEmpty() && roles.isEmpty();
    }

    /// Names the part that this process is, such as `prod-gateway`; empty for the whole.
    private String part() {
      return String.join("-", Stream.concat(environments.stream(), roles.stream()).toList());
    }

    /// @throws IllegalArgumentException for options that exclude or require each other
    private void check() {
      if (!roles.isEmpty() && environments.size() != 1) {
        throw wrong("--roles", "one --env ENV with it: the environment of these roles");
      }
      if (!roles.isEmpty()
          && elsewhere.isEmpty()
          && RoleName.parse(roles).size() < RoleName.values().length) {
        throw wrong(
            "--roles %s without --elsewhere".formatted(String.join(",", roles)),
            "--elsewhere URL, where %s's other roles answer, such as http://localhost:7020"
                .formatted(environments.getFirst()));
      }
      if (elsewhere.isPresent() && roles.isEmpty()) {
        throw wrong("--elsewhere", "--roles with it: what runs here");
      }
      elsewhere.ifPresent(uri -> address("--elsewhere", uri));
      follow.ifPresent(uri -> address("--follow", uri));
      if (follow.isPresent() && !RoleName.parse(roles).contains(RoleName.GATEWAY)) {
        throw wrong("--follow", "--roles gateway with it: the replica");
      }
      if (port.isPresent() && environments.size() != 1) {
        throw wrong("--port", "one --env ENV with it; all ports move with --port-base");
      }
    }

    private static void address(String option, URI uri) {
      if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
        throw wrong("%s '%s'".formatted(option, uri), "an address such as http://localhost:7020");
      }
    }

    private static IllegalArgumentException wrong(String what, String expected) {
      return new IllegalArgumentException("%s (expected: %s)".formatted(what, expected));
    }
  }

  private final Closer closer;
  private final Installation installation;
  private final List<Environment> environments;
  private final Optional<HttpServer> console;

  private final String part;
  private final boolean isAddressed;

  /// @param isAddressed whether verbs find the environments through this process; they find an
  ///   environment through the process that runs its delivery role
  private Platform(
      Closer closer,
      Installation installation,
      List<Environment> environments,
      Optional<HttpServer> console,
      String part,
      boolean isAddressed) {
    this.part = part;
    this.isAddressed = isAddressed;
    this.closer = closer;
    this.installation = installation;
    this.environments = environments;
    this.console = console;
  }

  /// Opens and starts all environments and the console; returns when every role accepts requests.
  ///
  /// @throws IOException when a port is in use, or another process uses the folder
  /// @throws dev.gori.base.conf.ConfigException with every problem of every `environment.yaml`
  public static Platform start(Options options, Time time) throws IOException {
    var closer = new Closer();
    try {
      var platform = open(options, time, closer);
      platform.environments.forEach(Environment::start);
      if (platform.isAddressed) {
        platform.addresses().write(platform.installation.addresses(options.part()));
      }
      return platform;
    } catch (Throwable t) {
      closer.closeAfter(t);
      throw t;
    }
  }

  private static Platform open(Options options, Time time, Closer closer) throws IOException {
    options.check();
    var ports = new Ports(options.portBase());
    var roles =
        options.roles().isEmpty() ? EnumSet.allOf(RoleName.class) : RoleName.parse(options.roles());
    var installation = closer.add("data folder", Installation.at(options.data()));
    if (options.isWhole()) {
      installation.lock("gori");
    }
    var remote = options.workspace().map(Workspace::address);
    var workspace =
        closer.add(
            "workspace",
            Workspace.open(
                installation.folder(),
                options.template(),
                remote,
                time,
                installation.notes()::add));
    var settings = settings(workspace, installation.folder(), installation.notes()::add);
    var all = List.copyOf(settings.keySet());
    var site =
        new Assembly.Site(
            options.host(),
            ports,
            all,
            Set.copyOf(roles),
            options.elsewhere(),
            options.port(),
            options.follow());
    var environments = new ArrayList<Environment>();
    for (var name : wanted(options, settings.keySet())) {
      for (var role : roles) {
        installation.lock(name + "-" + role.label());
      }
      installation.keepToOwner(name);
      var environment =
          Assembly.build(
              Objects.requireNonNull(settings.get(name)), installation, workspace, site, time);
      environments.add(closer.add("environment " + name, environment));
    }
    Optional<HttpServer> console =
        options.isWhole()
            ? Optional.of(openConsole(options, environments, names(settings), time, closer))
            : Optional.empty();
    return new Platform(
        closer,
        installation,
        environments,
        console,
        options.part(),
        roles.contains(RoleName.DELIVERY));
  }

  private static HttpServer openConsole(
      Options options, List<Environment> environments, Set<String> names, Time time, Closer closer)
      throws IOException {
    var server =
        closer.add(
            "console port",
            HttpServer.open(
                options.host(),
                new Ports(options.portBase()).console(),
                HttpServer.Limits.OPEN.withNames(names)));
    List<BaseUrls> places = environments.stream().map(Environment::urls).toList();
    var pages = closer.add("console", Console.open(places, time, ZoneId.of(CONSOLE_ZONE_DEFAULT)));
    server.mount(pages.mounts());
    return server;
  }

  /// The host names of all environments; the console accepts each of them.
  private static Set<String> names(Map<EnvironmentName, EnvironmentSettings> settings) {
    return settings.values().stream()
        .flatMap(each -> each.names().stream())
        .collect(Collectors.toSet());
  }

  private static Map<EnvironmentName, EnvironmentSettings> settings(
      GitRepository workspace, Path data, Consumer<String> tell) {
    var head =
        workspace
            .head()
            .orElseThrow(() -> new IllegalStateException("the workspace has no commit"));
    Tree tree = workspace.tree(head);
    var problems = new Problems();
    var settings = new LinkedHashMap<EnvironmentName, EnvironmentSettings>();
    var names = Workspace.environments(tree, problems);
    for (var name : names) {
      settings.put(name, settings(workspace, tree, name, data, problems, tell));
    }
    if (names.isEmpty() && problems.isEmpty()) {
      problems.add(
          "workspace: no folder under 'environments' (expected: one for each environment,"
              + " such as environments/dev)");
    }
    problems.throwIfAny();
    return settings;
  }

  /// An invalid `environment.yaml` does not prevent the start: the program reads the last applied
  /// one.
  private static EnvironmentSettings settings(
      GitRepository workspace,
      Tree head,
      EnvironmentName name,
      Path data,
      Problems problems,
      Consumer<String> tell) {
    var own = new Problems();
    var settings = settings(head, name, data, own);
    if (own.isEmpty()) {
      return settings;
    }
    var applied = Delivery.recorded(data.resolve(name.value()).resolve(RoleName.DELIVERY.label()));
    for (var commit : applied.reversed()) {
      var before = new Problems();
      var kept = settings(tree(workspace, commit), name, data, before);
      if (before.isEmpty()) {
        tell.accept(
            "%s runs with the environment.yaml of commit %s, because the newest is invalid: %s"
                .formatted(name, commit.brief(), String.join("; ", own.all())));
        return kept;
      }
    }
    problems.addAll(own);
    return settings;
  }

  /// The tree of a commit, or of the head if the repository no longer has the commit.
  private static Tree tree(GitRepository workspace, CommitId commit) {
    try {
      return workspace.tree(commit);
    } catch (FaultException _) {
      return workspace.tree(workspace.head().orElseThrow());
    }
  }

  private static EnvironmentSettings settings(
      Tree tree, EnvironmentName name, Path data, Problems problems) {
    var file = DesiredFiles.path(name, EnvironmentFiles.ENVIRONMENT, tree);
    var text = tree.file(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
    return EnvironmentSettings.read(name, file, text, data.resolve(name.value()), problems);
  }

  private static List<EnvironmentName> wanted(Options options, Set<EnvironmentName> all) {
    if (options.environments().isEmpty()) {
      return List.copyOf(all);
    }
    var wanted = options.environments().stream().map(EnvironmentName::new).toList();
    for (var name : wanted) {
      if (!all.contains(name)) {
        throw new IllegalArgumentException(
            "--env %s (expected: one of %s)"
                .formatted(
                    name, String.join(", ", all.stream().map(EnvironmentName::value).toList())));
      }
    }
    return wanted;
  }

  public Addresses addresses() {
    var places = new LinkedHashMap<String, Addresses.EnvironmentAddresses>();
    environments.forEach(
        environment -> places.put(environment.name().value(), environment.addresses()));
    return new Addresses(
        ProcessHandle.current().pid(),
        console.map(server -> server.uri().toString()).orElse(""),
        places);
  }

  /// The reasons why roles are not ready, by environment and role.
  public Map<String, String> notReady() {
    var reasons = new LinkedHashMap<String, String>();
    environments.forEach(
        environment ->
            environment
                .notReady()
                .forEach((role, reason) -> reasons.put(environment.name() + " " + role, reason)));
    return reasons;
  }

  /// The base URL of each environment's port in this process, by environment.
  public Map<String, URI> own() {
    var own = new LinkedHashMap<String, URI>();
    environments.forEach(environment -> own.put(environment.name().value(), environment.ownUrl()));
    return own;
  }

  /// The routes of each environment's port, by its name.
  public Map<String, List<HttpServer.RouteInfo>> routes() {
    var routes = new LinkedHashMap<String, List<HttpServer.RouteInfo>>();
    environments.forEach(
        environment -> routes.put(environment.name().value(), environment.routes()));
    return routes;
  }

  /// Repairs of the data folder at this start, as messages for the user.
  public List<String> notes() {
    return List.copyOf(installation.notes());
  }

  /// Whether verbs find the environments through this process.
  public boolean isAddressed() {
    return isAddressed;
  }

  public Path data() {
    return installation.folder();
  }

  @Override
  public void close() {
    try {
      if (isAddressed) {
        Disk.local().delete(installation.addresses(part));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      closer.close();
    }
  }
}
