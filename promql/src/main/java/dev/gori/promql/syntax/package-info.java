/// PromQL as text: reads it into a tree, checks its types, and writes it back.
///
/// Owns: the grammar, the tree ({@link dev.gori.promql.syntax.Expr}), the table of function
/// signatures, positions in the text. Does not own: what anything evaluates to. Threads: the tree
/// is immutable. Entry point: {@link dev.gori.promql.syntax.Syntax}.
@NullMarked
package dev.gori.promql.syntax;

import org.jspecify.annotations.NullMarked;
