/// Work on threads: repeated, fanned out, limited, retried. Each ends where it began.
@NullMarked
package dev.gori.machinery.run;

import org.jspecify.annotations.NullMarked;
