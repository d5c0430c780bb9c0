package dev.gori.templates;

/// A template that does not parse or does not run. The message begins with `file:line: `.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String file, int line, String what) {
    super(file + ":" + line + ": " + what);
  }

  /// The message; never absent, unlike a throwable's.
  public String reason() {
    var message = getMessage();
    return message == null ? "template failed" : message;
  }
}
