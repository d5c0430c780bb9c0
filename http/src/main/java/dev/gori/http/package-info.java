/// One HTTP server and one HTTP client for everybody.
///
/// Owns: routing, request limits, the token check, request ids, the wording of failures in a
/// protocol's dialect, calls with deadlines. Does not own: any route; those live with their role.
/// Threads: a handler runs on the virtual thread of its connection; everything public here is safe
/// from any thread. Doors: {@link dev.gori.http.HttpServer} to serve, {@link
/// dev.gori.http.HttpCalls} to call.
@NullMarked
package dev.gori.http;

import org.jspecify.annotations.NullMarked;
