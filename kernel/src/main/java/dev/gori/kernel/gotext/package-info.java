/// Text as Go's standard library and Prometheus read and write it.
///
/// Owns: `strconv` for strings and floats, `time.Duration`, `model.Duration`, and the templates of
/// `regexp`. Every module uses these, so that APIs, labels and templates agree with each other.
/// Does not own: `text/template` and its `printf`, which `dev.gori.templates` has. Threads:
/// everything here is immutable.
@NullMarked
package dev.gori.kernel.gotext;

import org.jspecify.annotations.NullMarked;
