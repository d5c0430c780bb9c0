/// The built-in tasks that a pipeline file can use.
///
/// Owns: what each task does and its outputs. Does not own: when it runs, how often, for how long
/// (`pipelines`). Threads: a task runs on the thread of its attempt and may be interrupted at any
/// time; one object of each class serves all attempts. Entry points: {@link
/// dev.gori.pipelines.tasks.BuiltIn} lists them, {@link dev.gori.pipelines.tasks.Task} runs one.
@NullMarked
package dev.gori.pipelines.tasks;

import org.jspecify.annotations.NullMarked;
