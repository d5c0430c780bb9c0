package dev.gori.pipelines.dag;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tasks of a pipeline file as a graph: sorts them and checks their references to each other.
final class TaskGraph {

  private final Map<String, TaskSpec> specs;
  private final Map<String, Section> sections;
  private final Map<String, @Nullable Object> params;
  private final Problems problems;
  private final List<TaskSpec> sorted = new ArrayList<>();
  private final Set<String> done = new HashSet<>();
  private final LinkedHashSet<String> walking = new LinkedHashSet<>();

  TaskGraph(
      Map<String, TaskSpec> specs,
      Map<String, Section> sections,
      Map<String, @Nullable Object> params,
      Problems problems) {
    this.specs = specs;
    this.sections = sections;
    this.params = params;
    this.problems = problems;
  }

  /// Sorts the tasks topologically, otherwise in file order, and reports every problem between
  /// them.
  List<TaskSpec> sorted() {
    specs.keySet().forEach(this::walk);
    var upstream = Pipeline.upstream(sorted);
    specs.forEach(
        (name, spec) -> {
          var section = section(name);
          checkNames(spec, section, upstream.getOrDefault(name, Set.of()));
          for (var target : spec.branch().keySet()) {
            var next = specs.get(target);
            problems.expect(
                next != null && next.needs().contains(name),
                section.section("branch").where(target),
                target,
                "a task with '%s' in its 'needs'".formatted(name));
          }
        });
    return sorted;
  }

  private Section section(String name) {
    return sections.getOrDefault(name, Section.empty(name, problems));
  }

  private void walk(String name) {
    if (done.contains(name)) {
      return;
    }
    if (!walking.add(name)) {
      noteCycle(name);
      return;
    }
    var spec = specs.get(name);
    if (spec != null) {
      for (var need : spec.needs()) {
        if (specs.containsKey(need)) {
          walk(need);
        } else {
          problems.unknownKey(
              "%s: needs".formatted(section(name).where("needs")), need, specs.keySet());
        }
      }
      sorted.add(spec);
    }
    walking.remove(name);
    done.add(name);
  }

  private void noteCycle(String again) {
    var cycle =
        new ArrayList<>(walking).subList(List.copyOf(walking).indexOf(again), walking.size());
    problems.add(
        "%s: a cycle: %s needs %s (expected: no task that needs itself); leave out one of these"
            .formatted(section(again).where("needs"), String.join(" needs ", cycle), again));
  }

  /// Checks every name in a task's templates and conditions.
  ///
  /// @param before the tasks whose outputs the task may use
  void checkNames(TaskSpec spec, Section section, Collection<String> before) {
    spec.with()
        .forEach(
            (key, value) ->
                Template.expressions(
                    value,
                    expression ->
                        check(expression, section.section("with").where(key), before, false),
                    wrong ->
                        problems.add(
                            "%s: %s".formatted(section.section("with").where(key), wrong))));
    spec.when().ifPresent(when -> check(when, section.where("when"), before, false));
    var withSelf = new HashSet<>(before);
    withSelf.add(spec.name());
    spec.branch()
        .forEach(
            (target, way) -> {
              if (!way.toString().equals(Branches.OTHERWISE)) {
                check(way, section.section("branch").where(target), withSelf, true);
              }
            });
  }

  private void check(Expression expression, String where, Collection<String> before, boolean own) {
    expression.names(
        path -> {
          var parts = path.parts();
          switch (parts.getFirst()) {
            case "tasks" -> checkTask(parts, where, before);
            case "params" -> {
              if (parts.size() > 1 && !params.containsKey(parts.get(1))) {
                problems.unknownKey(where + ": params", parts.get(1), params.keySet());
              }
            }
            case "outputs" ->
                problems.expect(own, where, path, "'outputs' only in a task's own 'branch'");
            default -> {
              if (!Scope.NAMES.contains(parts.getFirst())) {
                problems.unknownKey(where, path.toString(), Scope.NAMES);
              }
            }
          }
        });
  }

  private void checkTask(List<String> parts, String where, Collection<String> before) {
    if (parts.size() < 2) {
      problems.add("%s: 'tasks' (expected: tasks.NAME.outputs.KEY)".formatted(where));
    } else if (!specs.containsKey(parts.get(1))) {
      problems.add(
          "%s: '%s' refers to task '%s' (expected: one of %s)"
              .formatted(
                  where, String.join(".", parts), parts.get(1), String.join(", ", specs.keySet())));
    } else if (!before.contains(parts.get(1))) {
      problems.add(
          "%s: '%s' refers to a task that need not have run by then (expected: one that is needed, near or far: %s)"
              .formatted(
                  where,
                  String.join(".", parts),
                  before.isEmpty()
                      ? "none is"
                      : String.join(", ", before.stream().sorted().toList())));
    } else if (parts.size() > 2 && !Set.of("state", "outputs").contains(parts.get(2))) {
      problems.unknownKey(
          "%s: tasks.%s".formatted(where, parts.get(1)), parts.get(2), Set.of("state", "outputs"));
    }
  }
}
