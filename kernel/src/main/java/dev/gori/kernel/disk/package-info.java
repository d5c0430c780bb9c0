/// The port through which every store of our own touches the file system, so that tests can cut the
/// power.
///
/// Owns: the interface and its plain implementation. Does not own: any file format.
@NullMarked
package dev.gori.kernel.disk;

import org.jspecify.annotations.NullMarked;
