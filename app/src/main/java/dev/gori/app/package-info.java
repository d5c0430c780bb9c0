/// The program: reads the settings, builds each environment and runs the environments.
///
/// Owns: the verbs, the assembly of an environment, ports, tokens and folders. Has no logic of any
/// role. Entry point: `Main`.
@NullMarked
package dev.gori.app;

import org.jspecify.annotations.NullMarked;
