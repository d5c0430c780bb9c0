/// Web pages over all roles of all environments: what serves, what changed, what runs, what is
/// wrong.
///
/// Owns: the pages. Does not own: any fact on them; each is asked for when a page is drawn, by the
/// same public calls as anyone's, and a role that does not answer is said so in its place on the
/// page. Threads: a page is drawn on the request's thread, its parts asked for at once with a
/// deadline. Door: {@link dev.gori.console.Console}.
@NullMarked
package dev.gori.console;

import org.jspecify.annotations.NullMarked;
