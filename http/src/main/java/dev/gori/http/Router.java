package dev.gori.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Finds the route for a path. Templates form a tree by segment, so the cost is the path's length,
/// not the number of routes.
///
/// It is not the HTTP library's own router because that one is fixed when the port is bound, and
/// ports are bound before roles exist.
final class Router {

  /// What a path leads to. The chain of a match is its handler with all filters around it.
  sealed interface Found {
    record Match(Routes.Route route, Handler chain, Map<String, String> params) implements Found {}

    record WrongMethod(Mount mount, List<String> allowed) implements Found {}

    record Nothing(@Nullable Mount nearest) implements Found {}
  }

  private record Leaf(Mount mount, Routes.Route route, Handler chain) {}

  private static final class Node {
    final Map<String, Node> fixed = new HashMap<>();
    final Map<String, Leaf> here = new HashMap<>();
    final Map<String, Leaf> rest = new HashMap<>();
    @Nullable Node any;
  }

  private final Node root = new Node();
  private final Map<String, Map<String, Leaf>> whole =
      new HashMap<>(); // templates without a part in braces, by path
  private final List<Mount> mounts;

  /// @param chain puts the filters around a route's handler
  Router(List<Mount> mounts, BiFunction<Routes, Routes.Route, Handler> chain) {
    this.mounts = List.copyOf(mounts);
    for (var mount : mounts) {
      for (var route : mount.routes().all()) {
        add(new Leaf(mount, route, chain.apply(mount.routes(), route)));
      }
    }
  }

  List<HttpServer.RouteInfo> routes() {
    return mounts.stream()
        .flatMap(mount -> mount.routes().all().stream().map(route -> info(mount.prefix(), route)))
        .toList();
  }

  private static HttpServer.RouteInfo info(String prefix, Routes.Route route) {
    return new HttpServer.RouteInfo(
        route.method(), prefix + route.template(), route.guarded(), route.open(), route.maxBody());
  }

  private void add(Leaf leaf) {
    var route = leaf.route();
    var path = leaf.mount().prefix() + route.template();
    if (path.indexOf('{') < 0) {
      whole.computeIfAbsent(path, _ -> new HashMap<>()).put(route.method(), leaf);
    }
    var node = root;
    for (var segment : segments(path)) {
      if (segment.startsWith("{+")) {
        put(node.rest, leaf);
        return;
      }
      if (segment.startsWith("{")) {
        if (node.any == null) {
          node.any = new Node();
        }
        node = node.any;
      } else {
        node = node.fixed.computeIfAbsent(segment, _ -> new Node());
      }
    }
    put(node.here, leaf);
  }

  private static void put(Map<String, Leaf> leaves, Leaf leaf) {
    var route = leaf.route();
    if (leaves.put(route.method(), leaf) != null) {
      throw new IllegalStateException(
          "route %s %s%s is there twice"
              .formatted(route.method(), leaf.mount().prefix(), route.template()));
    }
  }

  /// @param rawPath with its percent-encoding
  Found find(String method, String rawPath) {
    var fixed = whole.getOrDefault(rawPath, Map.of()).get(method);
    if (fixed != null) {
      return new Found.Match(fixed.route(), fixed.chain(), Map.of());
    }
    var segments = segments(rawPath);
    var seen = new TreeSet<String>();
    var mountSeen = new ArrayList<Mount>(1);
    var leaf = walk(root, segments, 0, method, seen, mountSeen);
    if (leaf != null) {
      return new Found.Match(leaf.route(), leaf.chain(), params(leaf, segments));
    }
    if (!seen.isEmpty()) {
      return new Found.WrongMethod(mountSeen.getFirst(), List.copyOf(seen));
    }
    return new Found.Nothing(nearest(rawPath));
  }

  private static @Nullable Leaf walk(
      Node node,
      List<String> path,
      int at,
      String method,
      TreeSet<String> seen,
      List<Mount> mountSeen) {
    if (at == path.size()) {
      return pick(node.here, method, seen, mountSeen);
    }
    var next = node.fixed.get(path.get(at));
    if (next != null) {
      var leaf = walk(next, path, at + 1, method, seen, mountSeen);
      if (leaf != null) {
        return leaf;
      }
    }
    if (node.any != null && !path.get(at).isEmpty()) {
      var leaf = walk(node.any, path, at + 1, method, seen, mountSeen);
      if (leaf != null) {
        return leaf;
      }
    }
    return pick(node.rest, method, seen, mountSeen);
  }

  private static @Nullable Leaf pick(
      Map<String, Leaf> leaves, String method, TreeSet<String> seen, List<Mount> mountSeen) {
    var leaf = leaves.get(method);
    if (leaf == null && method.equals("HEAD")) {
      leaf = leaves.get("GET");
    }
    if (leaf == null && !leaves.isEmpty()) {
      seen.addAll(leaves.keySet());
      leaves.values().forEach(other -> mountSeen.add(other.mount()));
    }
    return leaf;
  }

  private static Map<String, String> params(Leaf leaf, List<String> path) {
    if (leaf.route().template().indexOf('{') < 0) {
      return Map.of();
    }
    var params = new HashMap<String, String>();
    int at = 0;
    for (var segment : segments(leaf.mount().prefix() + leaf.route().template())) {
      if (segment.startsWith("{+")) {
        params.put(
            segment.substring(2, segment.length() - 1),
            decode(String.join("/", path.subList(at, path.size()))));
      } else if (segment.startsWith("{")) {
        params.put(segment.substring(1, segment.length() - 1), decode(path.get(at)));
      }
      at++;
    }
    return params;
  }

  private @Nullable Mount nearest(String rawPath) {
    Mount nearest = null;
    for (var mount : mounts) {
      boolean under = rawPath.equals(mount.prefix()) || rawPath.startsWith(mount.prefix() + "/");
      if (under && (nearest == null || mount.prefix().length() > nearest.prefix().length())) {
        nearest = mount;
      }
    }
    return nearest;
  }

  private static List<String> segments(String path) {
    var segments = new ArrayList<String>(6);
    int start = path.startsWith("/") ? 1 : 0;
    while (true) {
      int slash = path.indexOf('/', start);
      if (slash < 0) {
        segments.add(path.substring(start));
        return segments;
      }
      segments.add(path.substring(start, slash));
      start = slash + 1;
    }
  }

  static String decode(String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
