/// The operating checklist: nine statements about a running platform, each proved by requests to
/// it.
///
/// Owns: the requests and the criteria of proof. Does not own: any state; it sends a few
/// predictions and one test alert per environment, and resolves the alert. Entry point: {@link
/// dev.gori.app.check.Checklist}.
@NullMarked
package dev.gori.app.check;

import org.jspecify.annotations.NullMarked;
