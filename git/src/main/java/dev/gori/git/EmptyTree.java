package dev.gori.git;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tree before the first commit.
record EmptyTree() implements Tree {

  @Override
  public Optional<byte[]> file(String path) {
    return Optional.empty();
  }

  @Override
  public List<String> paths(String folder) {
    return List.of();
  }

  @Override
  public List<String> unusable(String folder) {
    return List.of();
  }

  @Override
  public Map<String, byte[]> under(String folder) {
    return Map.of();
  }
}
