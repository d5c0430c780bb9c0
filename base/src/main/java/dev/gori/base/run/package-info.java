/// Work on threads: repeated, fanned out, limited, retried; queries on threads of their own. Each
/// ends Each ends where it began.
@NullMarked
package dev.gori.base.run;

import org.jspecify.annotations.NullMarked;
