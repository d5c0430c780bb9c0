package dev.gori.kernel.life;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The register of what is open: servers, stores, loops. Virtual threads do not show in a thread
/// dump, so whoever opens something that must be closed says so here, and a test that leaks fails
/// by name.
public final class OpenResources {

  private static final Set<OpenResources> REGISTER = ConcurrentHashMap.newKeySet();

  private final String name;

  private OpenResources(String name) {
    this.name = name;
  }

  /// Enters something into the register; {@link #closed} takes it out again.
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
