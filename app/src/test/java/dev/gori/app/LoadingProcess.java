package dev.gori.app;

import dev.gori.serving.inference.Model;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// A process that loads a model until it is told to stop, and ends as `gori up` does.
final class LoadingProcess {

  private LoadingProcess() {}

  /// @param args the model's file, how many seconds its load may take after the stop, and the file
  ///   of a model that is loaded while the process stops
  public static void main(String[] args) throws InterruptedException {
    var patience = Duration.ofSeconds(Long.parseLong(args[1]));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  System.out.println("stopping");
                  LockSupport.parkNanos(1_000_000_000); // after other hooks
                  Model.load(Path.of(args[2])).close();
                  System.out.println("loaded while stopping");
                  HardExit.unlessIdle(patience);
                }));
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              System.out.println("loading");
              Model.load(Path.of(args[0])).close();
              System.out.println("loaded");
            });
    new CountDownLatch(1).await();
  }
}
