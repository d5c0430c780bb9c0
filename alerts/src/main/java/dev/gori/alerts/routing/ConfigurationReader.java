package dev.gori.alerts.routing;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Matcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the file's top level and its route tree; receivers are {@link ReceiverReader}'s.
final class ConfigurationReader {
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final String ALL = "...";
  private static final int DEEPEST = 100;

  /// Keys of `global:` for integrations that only the real Alertmanager has. They are ignored.
  private static final List<String> FOREIGN =
      List.of(
          "smtp_from",
          "smtp_hello",
          "smtp_smarthost",
          "smtp_auth_username",
          "smtp_auth_password",
          "smtp_auth_password_file",
          "smtp_auth_secret",
          "smtp_auth_identity",
          "smtp_require_tls",
          "smtp_tls_config",
          "pagerduty_url",
          "opsgenie_api_key",
          "opsgenie_api_key_file",
          "opsgenie_api_url",
          "wechat_api_url",
          "wechat_api_secret",
          "wechat_api_corp_id",
          "victorops_api_key",
          "victorops_api_key_file",
          "victorops_api_url",
          "telegram_api_url",
          "webex_api_url",
          "jira_api_url",
          "rocketchat_api_url",
          "rocketchat_token",
          "rocketchat_token_file",
          "rocketchat_token_id",
          "rocketchat_token_id_file");

  private final Section top;
  private final Problems problems;
  private final ReceiverReader receiverReader;
  private Set<String> receivers = Set.of();
  private Set<String> intervals = Set.of();

  ConfigurationReader(Section top) {
    this.top = top;
    this.problems = top.problems();
    this.receiverReader = new ReceiverReader(top);
  }

  Configuration read() {
    var global = top.section("global");
    var resolve = global.duration("resolve_timeout", Duration.ofMinutes(5));
    receiverReader.global(global);
    FOREIGN.forEach(global::has);
    FOREIGN.stream()
        .filter(key -> key.matches(".*(password|secret|key|token)"))
        .forEach(key -> receiverReader.secret(global.textOr(key, "")));
    global.finish();
    var byName = new LinkedHashMap<String, Receiver>();
    var sections = top.sections("receivers");
    sections.forEach(section -> add(byName, section));
    receivers = byName.keySet();
    var times = intervals();
    intervals = times.keySet();
    problems.expect(
        top.has("route"), top.file() + ":1 route", "no route", "a 'route:' with a receiver");
    var rootSection = top.section("route");
    var root = route(rootSection, null, 0);
    var inhibitions = top.sections("inhibit_rules").stream().map(this::inhibitRule).toList();
    var templates = top.texts("templates");
    top.finish();
    return new Configuration(
        resolve, root, byName, inhibitions, templates, times, receiverReader.secrets());
  }

  private void add(Map<String, Receiver> byName, Section section) {
    var receiver = receiverReader.read(section);
    if (byName.put(receiver.name(), receiver) != null) {
      problems.add(
          "%s: '%s' is there twice (expected: a name of its own for each receiver)"
              .formatted(section.where("name"), receiver.name()));
    }
  }

  private Map<String, List<TimeInterval>> intervals() {
    var all = new LinkedHashMap<String, List<TimeInterval>>();
    for (var key : List.of("time_intervals", "mute_time_intervals")) {
      for (var section : top.sections(key)) {
        var name = section.required("name", "the name that routes use");
        var read =
            section.sections("time_intervals").stream().map(TimeIntervalReader::read).toList();
        section.finish();
        if (all.put(name, read) != null) {
          problems.add(
              "%s: '%s' is there twice (expected: once)".formatted(section.where("name"), name));
        }
      }
    }
    return all;
  }

  /// @param parent null for the root
  private Route route(Section section, @Nullable Route parent, int depth) {
    var matchers = matchers(section, "match", "match_re", "matchers");
    var options = options(section, parent);
    var receiver = receiver(section, parent);
    boolean continues = section.flag("continue", false);
    if (parent == null) {
      checkRoot(section, matchers, options);
    }
    var own = "{" + matchers.stream().map(Matcher::toString).collect(Collectors.joining(",")) + "}";
    var key = parent == null ? "{}" : parent.key() + "/" + own;
    var id = parent == null ? "{}" : parent.id() + "/" + own;
    var bare = new Route(id, key, receiver, matchers, options, continues, List.of());
    var children = depth > DEEPEST ? tooDeep(section) : children(section, bare, depth);
    section.finish();
    return new Route(id, key, receiver, matchers, options, continues, children);
  }

  private List<Route> tooDeep(Section section) {
    problems.add("%s: routes nested more than %d deep".formatted(section.where("routes"), DEEPEST));
    return List.of();
  }

  private List<Route> children(Section section, Route parent, int depth) {
    var children = new ArrayList<Route>();
    var seen = new HashSet<String>();
    for (var child : section.sections("routes")) {
      var route = route(child, parent, depth + 1);
      for (int n = 2; !seen.add(route.id()); n++) {
        route = renamed(route, route.id().replaceAll("#\\d+$", "") + "#" + n);
      }
      children.add(route);
    }
    return children;
  }

  private static Route renamed(Route route, String id) {
    var children =
        route.routes().stream()
            .map(child -> renamed(child, id + child.id().substring(route.id().length())))
            .toList();
    return new Route(
        id,
        route.key(),
        route.receiver(),
        route.matchers(),
        route.options(),
        route.continues(),
        children);
  }

  private void checkRoot(Section section, List<Matcher> matchers, Route.Options options) {
    problems.expect(
        matchers.isEmpty(),
        section.where("matchers"),
        "matchers at the top route",
        "none; the top route takes every alert");
    problems.expect(
        options.hours().equals(Route.Hours.ALWAYS),
        section.where("mute_time_intervals"),
        "time intervals at the top route",
        "none there; put them into a route below");
    problems.expect(
        !section.flag("continue", false),
        section.where("continue"),
        "true at the top route",
        "no 'continue' there");
  }

  private String receiver(Section section, @Nullable Route parent) {
    if (parent == null) {
      var name =
          top.has("route")
              ? section.required("receiver", "the receiver of all alerts that no other route takes")
              : "";
      known(section, "receiver", name, receivers, "receivers");
      return name;
    }
    var name = section.textOr("receiver", parent.receiver());
    if (section.has("receiver")) {
      known(section, "receiver", name, receivers, "receivers");
    }
    return name;
  }

  private void known(Section section, String key, String name, Set<String> names, String list) {
    if (!name.isEmpty() && !names.contains(name)) {
      problems.add(
          "%s: '%s' (expected: one of %s); add it under '%s:' or fix the name"
              .formatted(section.where(key), name, names, list));
    }
  }

  private Route.Options options(Section section, @Nullable Route parent) {
    var timing = parent == null ? Route.Timing.DEFAULTS : parent.options().timing();
    var wait = section.duration("group_wait", timing.groupWait());
    var interval = section.duration("group_interval", timing.groupInterval());
    var repeat = section.duration("repeat_interval", timing.repeatInterval());
    problems.expect(
        !interval.isZero(),
        section.where("group_interval"),
        PrometheusDuration.format(interval),
        "more than 0s");
    problems.expect(
        !repeat.isZero(),
        section.where("repeat_interval"),
        PrometheusDuration.format(repeat),
        "more than 0s");
    var groupBy =
        section.has("group_by")
            ? groupBy(section)
            : parent == null ? new Route.GroupBy(List.of(), false) : parent.options().groupBy();
    return new Route.Options(groupBy, new Route.Timing(wait, interval, repeat), hours(section));
  }

  private Route.GroupBy groupBy(Section section) {
    var names = section.texts("group_by");
    boolean all = names.contains(ALL);
    problems.expect(
        !all || names.size() == 1, section.where("group_by"), names, "'...' alone, or label names");
    problems.expect(
        new LinkedHashSet<>(names).size() == names.size(),
        section.where("group_by"),
        names,
        "each label once");
    for (var name : names) {
      problems.expect(
          name.equals(ALL) || LABEL.matcher(name).matches(),
          section.where("group_by"),
          "'" + name + "'",
          "a label name");
    }
    return new Route.GroupBy(all ? List.of() : names, all);
  }

  private Route.Hours hours(Section section) {
    var muted = section.texts("mute_time_intervals");
    var active = section.texts("active_time_intervals");
    muted.forEach(name -> known(section, "mute_time_intervals", name, intervals, "time_intervals"));
    active.forEach(
        name -> known(section, "active_time_intervals", name, intervals, "time_intervals"));
    return new Route.Hours(muted, active);
  }

  private InhibitRule inhibitRule(Section section) {
    var rule =
        new InhibitRule(
            matchers(section, "source_match", "source_match_re", "source_matchers"),
            matchers(section, "target_match", "target_match_re", "target_matchers"),
            section.texts("equal"));
    section.finish();
    return rule;
  }

  /// The three notations of matchers, in this order: equality, regular expressions, the list.
  private List<Matcher> matchers(Section section, String exact, String regex, String list) {
    var all = new ArrayList<Matcher>();
    section.map(exact).forEach((name, value) -> all.add(Matcher.equal(name, value)));
    section.map(regex).forEach((name, value) -> matcher(section, regex, all, name, value));
    for (var text : section.texts(list)) {
      try {
        all.addAll(MatcherText.parse(text));
      } catch (IllegalArgumentException e) {
        problems.add("%s: %s".formatted(section.where(list), e.getMessage()));
      }
    }
    all.sort(
        Comparator.comparing(Matcher::name)
            .thenComparing(Matcher::value)
            .thenComparing(Matcher::op));
    return all;
  }

  private void matcher(Section section, String key, List<Matcher> all, String name, String value) {
    try {
      var alone = new Matcher(name, Matcher.Op.MATCHES, value); // an expression by itself
      all.add(new Matcher(name, Matcher.Op.MATCHES, "^(?:" + alone.value() + ")$"));
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(section.where(key), e.getMessage()));
    }
  }
}
