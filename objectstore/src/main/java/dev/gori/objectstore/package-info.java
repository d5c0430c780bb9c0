/// The object store of one environment: S3 over a folder of this machine's disk.
///
/// Owns: the folder, the environment's access key and secret, and the port that speaks S3. Does not
/// own: what objects mean. Any other S3 takes its place by endpoint and keys; then this role is not
/// started.
///
/// Durability: a put that was acknowledged survives `kill -9` and a power cut; a put that was not
/// is never visible. Threads: every call is safe from any thread. Door: {@link
/// dev.gori.objectstore.ObjectStore}.
@NullMarked
package dev.gori.objectstore;

import org.jspecify.annotations.NullMarked;
