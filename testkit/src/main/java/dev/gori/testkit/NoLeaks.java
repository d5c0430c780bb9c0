package dev.gori.testkit;

import dev.gori.kernel.life.OpenResources;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that leaves something open.
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

  private int before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = OpenResources.count();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (OpenResources.count() != before) {
      throw new AssertionError(context.getDisplayName() + " left open: " + OpenResources.names());
    }
  }
}
