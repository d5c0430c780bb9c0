/// The file system interface of all embedded stores, which tests replace to simulate a power cut.
///
/// Owns: the interface and its plain implementation. Does not own: any file format.
@NullMarked
package dev.gori.kernel.disk;

import org.jspecify.annotations.NullMarked;
