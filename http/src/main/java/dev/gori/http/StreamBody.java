package dev.gori.http;

import java.io.IOException;
import java.io.OutputStream;

/// Writes a response's body piece by piece.
@FunctionalInterface
public interface StreamBody {
  void writeTo(OutputStream out) throws IOException;
}
