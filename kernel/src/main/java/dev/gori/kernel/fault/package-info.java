/// Failures that a caller can see, and who has to act on each.
///
/// Owns: the closed list of faults. Does not own: how a protocol writes them (`http.ErrorFormat`).
@NullMarked
package dev.gori.kernel.fault;

import org.jspecify.annotations.NullMarked;
