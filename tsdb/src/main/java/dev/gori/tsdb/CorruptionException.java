package dev.gori.tsdb;

/// Bytes on disk are not what was written. The message says where and what.
final class CorruptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CorruptionException(String message) {
    super(message);
  }

  CorruptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
