/// The S3 protocol's client: one object store, ours or anyone's, by endpoint and keys.
///
/// Owns: requests, their deadlines, and what a failure means. Does not own: what objects contain or
/// how they are named. Threads: every call is safe from any thread. Door: {@link
/// dev.gori.machinery.objects.Objects}.
@NullMarked
package dev.gori.machinery.objects;

import org.jspecify.annotations.NullMarked;
