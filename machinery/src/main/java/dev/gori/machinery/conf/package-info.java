/// Reads configuration files and reports every problem at once, each with its file and line.
///
/// Doors: {@link dev.gori.machinery.conf.Conf} to read, {@link dev.gori.machinery.conf.Problems} to
/// collect what is wrong.
@NullMarked
package dev.gori.machinery.conf;

import org.jspecify.annotations.NullMarked;
