package dev.gori.http;

/// The key of a value that a handler attaches to a request for the filters around it, such as which
/// model served a prediction. Two attributes of one name are different keys.
///
/// @param <T> the value's type
public final class Attribute<T> {

  private final String name;
  private final Class<T> type;

  private Attribute(String name, Class<T> type) {
    this.name = name;
    this.type = type;
  }

  /// @param name for messages
  public static <T> Attribute<T> of(String name, Class<T> type) {
    return new Attribute<>(name, type);
  }

  T cast(Object value) {
    return type.cast(value);
  }

  @Override
  public String toString() {
    return name;
  }
}
