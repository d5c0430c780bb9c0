/// The built-in tasks that a pipeline file can use.
///
/// Owns: the work of each task and its outputs. Does not own: when, how often and for how long a
/// task runs (`pipelines`). Threads: a task runs on the thread of its attempt, which may be
/// interrupted at any time; one instance of each class serves all attempts. Entry points: {@link
/// dev.gori.pipelines.tasks.BuiltIn} lists the tasks, {@link dev.gori.pipelines.tasks.Task} runs
/// one.
@NullMarked
package dev.gori.pipelines.tasks;

import org.jspecify.annotations.NullMarked;
