package dev.gori.app.verbs;

import dev.gori.kernel.disk.OwnerOnly;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The program's entry point. Tests call {@link Gori#run} instead.
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] words) {
    OwnerOnly.fromNowOn();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> LOG.error("thread={} ended", thread.getName(), failure));
    System.exit(Gori.run(words));
  }
}
