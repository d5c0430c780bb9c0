/// Programs of the operating system, started and ended as a whole.
///
/// Owns: starting a program in a process group of its own where the system can, passing its output
/// on as it comes, ending it with all its children, ending what an earlier run of this process left
/// behind, and hiding the rest of the machine from it with bubblewrap. Does not own: what runs,
/// where its output goes, deadlines. Entry point: {@link dev.gori.process.ChildProcess}.
@NullMarked
package dev.gori.process;

import org.jspecify.annotations.NullMarked;
