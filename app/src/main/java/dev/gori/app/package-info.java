/// The program: turns words on a command line into calls, reads the settings, builds each
/// environment and holds them together.
///
/// Owns: the verbs, the assembly of an environment, ports, tokens and folders. Holds no logic of
/// any role. Entry point: `Main`.
@NullMarked
package dev.gori.app;

import org.jspecify.annotations.NullMarked;
