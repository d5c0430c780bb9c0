/// The desired state of one environment, read from a commit and checked as a whole.
///
/// Owns: the format of `serving.yaml`, and the ports through which other files are checked and
/// applied. Does not own: the formats of the other files; the app passes in their checks. Threads:
/// everything here is immutable. Entry points: {@link dev.gori.delivery.desired.DesiredFiles},
/// {@link dev.gori.delivery.desired.ServingFile}.
@NullMarked
package dev.gori.delivery.desired;

import org.jspecify.annotations.NullMarked;
