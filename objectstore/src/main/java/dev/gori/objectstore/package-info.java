/// The object store of one environment: S3 over a local folder.
///
/// Owns: the folder, the environment's access key and secret, and the port that serves S3. Does not
/// own: the meaning of objects. Any other S3 server can replace it, by endpoint and keys.
///
/// Durability: an acknowledged put survives `kill -9` and a power cut; an unacknowledged one is
/// never visible. Threads: every call is safe from any thread. Entry point: {@link
/// dev.gori.objectstore.ObjectStore}.
@NullMarked
package dev.gori.objectstore;

import org.jspecify.annotations.NullMarked;
