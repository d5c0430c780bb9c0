/// The S3 protocol's client: one object store, ours or anyone's, by endpoint and keys.
///
/// Owns: requests, their deadlines, and what a failure means. Does not own: what objects contain or
/// how they are named. Threads: every call is safe from any thread. Entry point: {@link
/// dev.gori.clients.s3.ObjectStoreClient}.
@NullMarked
package dev.gori.clients.s3;

import org.jspecify.annotations.NullMarked;
