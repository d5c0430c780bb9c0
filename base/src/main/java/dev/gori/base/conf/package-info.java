/// Reads configuration files and reports every problem together, each with its file and line.
///
/// Entry points: {@link dev.gori.base.conf.Conf} to read, {@link dev.gori.base.conf.Problems} to
/// collect problems.
@NullMarked
package dev.gori.base.conf;

import org.jspecify.annotations.NullMarked;
