/// PromQL as text: reads it into a tree, checks its types, and writes it back.
///
/// Owns: the grammar, the tree ({@link dev.gori.promql.syntax.Expr}), the table of function
/// signatures, positions in the text. Does not own: what anything evaluates to. Threads: everything
/// is immutable after it was read. Door: {@link dev.gori.promql.syntax.Syntax}.
@NullMarked
package dev.gori.promql.syntax;

import org.jspecify.annotations.NullMarked;
