/// The operating checklist: nine statements about a running platform, each proved by asking it.
///
/// Owns: what is asked and what counts as proof. Does not own: any state; it sends a few
/// predictions and one test alert an environment, and takes the alert back. Entry point: {@link
/// dev.gori.app.check.Checklist}.
@NullMarked
package dev.gori.app.check;

import org.jspecify.annotations.NullMarked;
