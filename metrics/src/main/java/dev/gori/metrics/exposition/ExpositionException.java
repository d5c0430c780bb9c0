package dev.gori.metrics.exposition;

/// A body that breaks its format, or says what may not be stored.
public class ExpositionException extends Exception {

  private static final long serialVersionUID = 1L;

  public ExpositionException(String message) {
    super(message);
  }
}
