package dev.gori.metrics.exposition;

/// A scraped body is invalid, or exceeds a limit.
public class ExpositionException extends Exception {

  private static final long serialVersionUID = 1L;

  public ExpositionException(String message) {
    super(message);
  }
}
