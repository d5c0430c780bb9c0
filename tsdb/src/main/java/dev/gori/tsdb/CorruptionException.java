package dev.gori.tsdb;

/// Bytes on disk are damaged. The message has the file and the problem.
final class CorruptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CorruptionException(String message) {
    super(message);
  }

  CorruptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
