package dev.gori.http;

import java.util.List;
import java.util.Optional;

/// One role of one environment. It is opened (takes resources, may fail), then started (starts its
/// threads), then closed, twice if need be.
public interface Role extends AutoCloseable {

  String name();

  List<Mount> mounts();

  void start();

  /// Why it cannot serve yet; empty when it can.
  Optional<String> notReady();

  @Override
  void close();
}
