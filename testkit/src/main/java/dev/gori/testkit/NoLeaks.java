package dev.gori.testkit;

import dev.gori.kernel.life.Open;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that leaves something open.
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

  private int before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Open.count();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (Open.count() != before) {
      throw new AssertionError(context.getDisplayName() + " left open: " + Open.names());
    }
  }
}
