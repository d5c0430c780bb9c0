package dev.gori.clients.s3;

import java.util.List;

/// What lies below a prefix.
///
/// @param objects in order of key
/// @param folders what a delimiter folded together, each ending with it, in order
public record ObjectListing(List<ObjectHead> objects, List<ObjectPath> folders) {
  public ObjectListing {
    objects = List.copyOf(objects);
    folders = List.copyOf(folders);
  }
}
