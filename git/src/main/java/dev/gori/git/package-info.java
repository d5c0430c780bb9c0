/// The main branch of the Git repository that holds the desired state.
///
/// Owns: opening, creating and mirroring a bare repository, reading trees, commits by
/// compare-and-swap on the branch, reverting a commit by a three-way merge. Does not own: what the
/// files mean, and when to fetch (`delivery`). Threads: every call is safe from any thread, and
/// other programs may push at the same time. The Git configuration of the user and of the machine
/// is ignored, so that the results are the same everywhere. Entry point: {@link
/// dev.gori.git.GitRepository}. The other public types are records and values of its signatures.
@NullMarked
package dev.gori.git;

import org.jspecify.annotations.NullMarked;
