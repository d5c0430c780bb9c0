/// The HTTP server that every role is served by, and the HTTP client for calls to other servers.
///
/// Owns: routing, the filters of every request (errors, access, content codings, compression),
/// limits of bodies and connections, threads for queries, calls with deadlines. Does not own: any
/// route; a role has its own, with its own format of errors. Threads: a handler runs on the virtual
/// thread of its connection, a query on a thread of a pool; every public call is safe from any
/// thread. Entry points: {@link dev.gori.http.HttpServer} to serve, {@link dev.gori.http.HttpCalls}
/// to call.
@NullMarked
package dev.gori.http;

import org.jspecify.annotations.NullMarked;
