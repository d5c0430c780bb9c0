/// Go's text templates, which Alertmanager's notifications and Prometheus's rule annotations use.
///
/// Owns: parsing, evaluation, the built-in functions and Go's `printf`. Does not own: the functions
/// that a product adds ({@link dev.gori.templates.Functions} are given by the caller) and HTML's
/// contextual escaping, which e-mail alone uses. Threads: a parsed set is immutable; every call is
/// safe from any thread. Bounds: output, steps and nesting are limited ({@link
/// dev.gori.templates.TemplateSet.Limits}), so that a template cannot exhaust the process. Entry
/// point: {@link dev.gori.templates.TemplateSet}. Source: the documentation of Go's packages
/// `text/template` and `fmt`.
@NullMarked
package dev.gori.templates;

import org.jspecify.annotations.NullMarked;
