/// Answers predictions. Each variant has one model, which a reload swaps while requests run; a
/// traffic policy chooses the variant.
///
/// Owns: the variants, the local model files, the traffic policy, the wire formats of `/predict`
/// and of the Open Inference Protocol v2, the access log. Does not own: which version should serve
/// (delivery decides), the registry, running models (`serving.inference`). Threads: every call is
/// safe from any thread. A request runs on its own virtual thread; a slow model runs on a few
/// platform threads instead, because native code would block the carriers of all other requests.
/// State: `state.json` (what serves, and the policy) and `models/NAME/VERSION/` (files with their
/// checksums), both written atomically. Entry point: {@link dev.gori.serving.gateway.Gateway}.
@NullMarked
package dev.gori.serving.gateway;

import org.jspecify.annotations.NullMarked;
