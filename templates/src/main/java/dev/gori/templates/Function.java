package dev.gori.templates;

import java.util.List;

/// A function or method that a template can call. Arguments and result are of the value model of
/// {@link TemplateSet}.
@FunctionalInterface
public interface Function {

  /// @throws CallException with the reason when the arguments do not fit
  Object call(List<Object> arguments);
}
