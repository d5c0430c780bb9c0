package dev.gori.app;

import dev.gori.app.running.Addresses;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.git.GitRepository;
import dev.gori.machinery.git.Person;
import dev.gori.machinery.git.Tree;
import dev.gori.machinery.http.Face;
import dev.gori.roles.console.Console;
import dev.gori.roles.console.Place;
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
import java.util.TreeSet;

/// The whole program: the environments that the workspace declares, and the console over them.
public final class Platform implements AutoCloseable {

    private static final Person GORI = new Person("gori", "gori@localhost");
    private static final String CONSOLE_ZONE_DEFAULT = "Asia/Seoul";

    /// What to run.
    ///
    /// @param template the workspace that a new installation starts with
    /// @param environments names; empty for all
    /// @param roles empty for all
    /// @param elsewhere the address of a process that runs the other roles
    /// @param port of the one environment that runs, instead of the one that follows from the base
    public record Options(
            Path data,
            Path template,
            String host,
            int portBase,
            List<String> environments,
            List<String> roles,
            Optional<URI> elsewhere,
            Optional<Integer> port) {

        public static Options all(Path data, Path template, int portBase) {
            return new Options(data, template, "127.0.0.1", portBase, List.of(), List.of(), Optional.empty(), Optional.empty());
        }
    }

    private final Closer closer;
    private final Installation installation;
    private final List<Environment> environments;
    private final Optional<Face> console;

    private Platform(Closer closer, Installation installation, List<Environment> environments, Optional<Face> console) {
        this.closer = closer;
        this.installation = installation;
        this.environments = environments;
        this.console = console;
    }

    /// Opens and starts everything; returns when every role is ready to be asked.
    ///
    /// @throws IOException when a port is taken, or another process runs from the folder
    /// @throws dev.gori.machinery.conf.BadConfig with every problem of every `environment.yaml`
    public static Platform start(Options options, Time time) throws IOException {
        var closer = new Closer();
        try {
            var platform = open(options, time, closer);
            platform.environments.forEach(Environment::start);
            platform.addresses().write(platform.installation.addresses());
            return platform;
        } catch (Throwable t) {
            closer.closeAfter(t);
            throw t;
        }
    }

    private static Platform open(Options options, Time time, Closer closer) throws IOException {
        var roles = options.roles().isEmpty() ? EnumSet.allOf(Role.class) : Role.parse(options.roles());
        boolean isWhole = options.environments().isEmpty() && options.roles().isEmpty();
        var installation = closer.add("data folder", Installation.at(options.data()));
        installation.lock(isWhole ? "gori" : lockName(options));
        var workspace = closer.add("workspace", GitRepository.openOrCreate(installation.workspace(), options.template(), GORI, time));
        var settings = settings(workspace);
        var all = List.copyOf(settings.keySet());
        var site = new Assembly.Site(options.host(), new Ports(options.portBase()), all, Set.copyOf(roles), options.elsewhere(), options.port());
        var environments = new ArrayList<Environment>();
        for (var name : wanted(options, settings.keySet())) {
            var environment = Assembly.build(Objects.requireNonNull(settings.get(name)), installation, workspace, site, time);
            environments.add(closer.add("environment " + name, environment));
        }
        Optional<Face> console = isWhole ? Optional.of(openConsole(options, environments, time, closer)) : Optional.empty();
        return new Platform(closer, installation, environments, console);
    }

    private static String lockName(Options options) {
        return String.join("-", options.environments()) + "-" + String.join("-", options.roles());
    }

    private static Face openConsole(Options options, List<Environment> environments, Time time, Closer closer) throws IOException {
        var face = closer.add("console port", Face.open(options.host(), new Ports(options.portBase()).console(), Face.Limits.OPEN));
        List<Place> places = environments.stream().map(Environment::place).toList();
        var pages = closer.add("console", Console.open(places, time, ZoneId.of(CONSOLE_ZONE_DEFAULT)));
        face.mount(pages.mounts());
        return face;
    }

    private static Map<EnvironmentName, EnvironmentSettings> settings(GitRepository workspace) {
        var head = workspace.head().orElseThrow(() -> new IllegalStateException("the workspace has no commit"));
        Tree tree = workspace.tree(head);
        var problems = new Problems();
        var settings = new LinkedHashMap<EnvironmentName, EnvironmentSettings>();
        var names = new TreeSet<String>();
        tree.under("environments").keySet().forEach(path -> names.add(path.split("/")[1]));
        for (var name : names) {
            var file = "environments/%s/environment.yaml".formatted(name);
            var text = tree.file(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
            var environment = new EnvironmentName(name);
            settings.put(environment, EnvironmentSettings.read(environment, file, text, problems));
        }
        if (names.isEmpty()) {
            problems.add("workspace: no folder under 'environments' (expected: one for each environment, such as environments/dev)");
        }
        problems.throwIfAny();
        return settings;
    }

    private static List<EnvironmentName> wanted(Options options, Set<EnvironmentName> all) {
        if (options.environments().isEmpty()) {
            return List.copyOf(all);
        }
        var wanted = options.environments().stream().map(EnvironmentName::new).toList();
        for (var name : wanted) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException("--env %s (expected: one of %s)".formatted(name, all));
            }
        }
        return wanted;
    }

    public Addresses addresses() {
        var places = new LinkedHashMap<String, Addresses.Place>();
        environments.forEach(environment -> places.put(environment.name().value(), environment.addresses()));
        return new Addresses(ProcessHandle.current().pid(), console.map(face -> face.uri().toString()).orElse(""), places);
    }

    /// What is not ready, by environment and role, with the reason.
    public Map<String, String> notReady() {
        var reasons = new LinkedHashMap<String, String>();
        environments.forEach(environment ->
                environment.notReady().forEach((role, reason) -> reasons.put(environment.name() + " " + role, reason)));
        return reasons;
    }

    public Path data() {
        return installation.folder();
    }

    @Override
    public void close() {
        try {
            Disk.local().delete(installation.addresses());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closer.close();
        }
    }
}
