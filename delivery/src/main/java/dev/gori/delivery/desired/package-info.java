/// What Git declares for one environment, read and checked as a whole.
///
/// Owns: the form of `serving.yaml`, and the ports through which other files are checked and
/// applied. Does not own: the form of the other files; the app passes in who knows it. Threads:
/// everything here is immutable. Doors: {@link dev.gori.delivery.desired.DesiredFiles}, {@link
/// dev.gori.delivery.desired.ServingFile}.
@NullMarked
package dev.gori.delivery.desired;

import org.jspecify.annotations.NullMarked;
