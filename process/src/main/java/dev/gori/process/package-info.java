/// Programs of the operating system, started and ended as a whole.
///
/// Owns: starting in a process group of its own where the system can, handing output on as it
/// comes, ending a program with all its children, and ending what an earlier life of this program
/// left running; what a program sees of the machine, by bubblewrap. Does not own: what is run,
/// where output goes, deadlines. Door: {@link dev.gori.process.ChildProcess}.
@NullMarked
package dev.gori.process;

import org.jspecify.annotations.NullMarked;
