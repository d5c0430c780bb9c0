/// The verbs of the command line. Each turns words into calls and answers into lines; a failure is
/// one line that says what to do.
///
/// Entry point: {@link dev.gori.app.verbs.Gori}.
@NullMarked
package dev.gori.app.verbs;

import org.jspecify.annotations.NullMarked;
