package dev.gori.kernel.life;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The register of open resources, such as servers, stores and loops. Thread dumps do not show
/// virtual threads, so code that opens a resource registers it here, and a test that leaks it fails
/// with its name.
public final class OpenResources {

  private static final Set<OpenResources> REGISTER = ConcurrentHashMap.newKeySet();

  private final String name;

  private OpenResources(String name) {
    this.name = name;
  }

  /// Registers a resource; {@link #closed} removes it.
  public static OpenResources mark(String name) {
    var entry = new OpenResources(name);
    REGISTER.add(entry);
    return entry;
  }

  public void closed() {
    REGISTER.remove(this);
  }

  public static int count() {
    return REGISTER.size();
  }

  public static List<String> names() {
    return REGISTER.stream().map(open -> open.name).sorted().toList();
  }
}
