/// Joins the store of samples to the query language: neither knows the other.
///
/// Owns: the adapter, the housekeeping loop of the store. Door: {@link
/// dev.gori.metrics.store.SampleStore}.
@NullMarked
package dev.gori.metrics.store;

import org.jspecify.annotations.NullMarked;
