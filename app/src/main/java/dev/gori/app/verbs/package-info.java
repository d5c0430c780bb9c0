/// The verbs of the command line. Each turns arguments into calls and results into output lines; a
/// failure is one line with the remedy.
///
/// Entry point: {@link dev.gori.app.verbs.Gori}.
@NullMarked
package dev.gori.app.verbs;

import org.jspecify.annotations.NullMarked;
