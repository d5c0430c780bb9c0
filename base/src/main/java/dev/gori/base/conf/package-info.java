/// Reads configuration files and reports every problem at once, each with its file and line.
///
/// Doors: {@link dev.gori.base.conf.Conf} to read, {@link dev.gori.base.conf.Problems} to collect
/// what is wrong.
@NullMarked
package dev.gori.base.conf;

import org.jspecify.annotations.NullMarked;
