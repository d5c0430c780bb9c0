/// An append-only record of what was acknowledged, which a crash cannot take back. Door: {@link
/// dev.gori.machinery.journal.Journal}.
@NullMarked
package dev.gori.machinery.journal;

import org.jspecify.annotations.NullMarked;
