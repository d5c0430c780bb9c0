/// What tests of every floor use: hand-moved time, a disk that fails on purpose, golden files,
/// catchers, a check for leaks.
///
/// Never on the class path of the program.
@NullMarked
package dev.gori.testkit;

import org.jspecify.annotations.NullMarked;
