/// How the platform watches itself: metrics of each part in Prometheus format, log files in JSON
/// lines.
@NullMarked
package dev.gori.base.observe;

import org.jspecify.annotations.NullMarked;
