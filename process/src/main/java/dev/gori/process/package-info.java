/// Starts programs of the operating system and ends them with all their children.
///
/// Owns: starting a program in its own process group if the system supports it, passing its output
/// on as it arrives, ending it with all its children, ending programs that an earlier run of this
/// process left running, and hiding the rest of the machine from it with bubblewrap. Does not own:
/// what runs, where its output goes, deadlines. Entry point: {@link dev.gori.process.ChildProcess}.
@NullMarked
package dev.gori.process;

import org.jspecify.annotations.NullMarked;
