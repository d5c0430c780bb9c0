/// Web pages over all roles of all environments: what serves, what changed, what runs, what is
/// wrong.
///
/// Owns: the pages. Does not own: any data; a request for a page asks every role by its public API.
/// A panel whose role does not answer shows the reason. Threads: a page is rendered on the
/// request's thread, which asks the roles concurrently with one deadline. Entry point: {@link
/// dev.gori.console.Console}.
@NullMarked
package dev.gori.console;

import org.jspecify.annotations.NullMarked;
