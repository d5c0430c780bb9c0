/// Names and sizes that must not be mixed up.
///
/// Owns: environment names, byte counts. Threads: everything here is immutable.
@NullMarked
package dev.gori.kernel.id;

import org.jspecify.annotations.NullMarked;
