package dev.gori.clients.s3;

import java.time.Instant;

/// What a store says of an object without giving its bytes.
///
/// @param size bytes
/// @param etag without quotes; the MD5 of the bytes where the store does as S3 does and the object
///   came in one piece
public record ObjectHead(ObjectPath path, long size, String etag, Instant modified) {}
