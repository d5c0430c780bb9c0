/// What tests of every module use: a manual clock, a disk that fails on purpose, golden files,
/// external programs, a check for open resources.
///
/// Never on the class path of the program.
@NullMarked
package dev.gori.testkit;

import org.jspecify.annotations.NullMarked;
