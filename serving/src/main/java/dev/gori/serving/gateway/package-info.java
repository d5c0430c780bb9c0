/// Answers predictions: variants with a model each, swapped while requests run, behind a traffic
/// policy.
///
/// Owns: the variants, the models it has on its own disk, the traffic policy, the wire formats of
/// `/predict` and of the Open Inference Protocol v2, the access log. Does not own: which version
/// should serve (delivery says it), the registry, running models (`engines.inference`). Threads:
/// every call is safe from any thread. A request runs on its own virtual thread; a model that is
/// slow runs on a few platform threads instead, since native code would hold the carriers of all
/// other requests. State: `state.json` (what serves, and the policy) and `models/NAME/VERSION/`
/// (files with their checksums), both written whole. Door: {@link
/// dev.gori.serving.gateway.Gateway}.
@NullMarked
package dev.gori.serving.gateway;

import org.jspecify.annotations.NullMarked;
