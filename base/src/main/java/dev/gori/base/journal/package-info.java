/// An append-only record of what was acknowledged, which a crash cannot take back. Entry point:
/// {@link dev.gori.base.journal.Journal}.
@NullMarked
package dev.gori.base.journal;

import org.jspecify.annotations.NullMarked;
