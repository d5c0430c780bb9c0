package dev.gori.templates;

import java.util.Optional;

/// A value with named members. A member that is a {@link Function} is a method: it is called with
/// what follows its name.
///
/// A `java.util.Map` that also is a Struct has methods beside its keys, as Go's named map types do;
/// methods win.
public interface Struct {

  /// The type's name as Go's messages show it, such as `template.Alert`.
  String typeName();

  /// The member of this name; empty when there is none.
  Optional<Object> member(String name);

  /// The zero value of a map's values, for absent keys under {@link TemplateSet.MissingKey#ZERO};
  /// nil unless a type overrides it.
  default Object zero() {
    return Nil.NIL;
  }
}
