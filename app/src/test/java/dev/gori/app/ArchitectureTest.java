package dev.gori.app;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Rules of architecture inside the modules. That a module sees only what it depends on is kept by
/// Maven.
final class ArchitectureTest {

  private static final JavaClasses GORI =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.gori");

  /// Pure computation: what a product's role joins with HTTP, schedules and storage.
  private static final List<String> ENGINES =
      List.of(
          "tsdb",
          "promql",
          "templates",
          "rulefiles",
          "training",
          "logs.logql",
          "logs.store",
          "alerts.routing",
          "pipelines.dag",
          "pipelines.features",
          "pipelines.drift",
          "delivery.rollout",
          "serving.inference");

  /// Names that Prometheus and the JDK give: a reader looks for them.
  private static final Set<String> UPSTREAM_NAMES =
      Set.of("ScrapeManager", "QueueManager", "RuleManager", "ServerNameTrustManager");

  private enum Rule {
    ENGINES_SEE_ONLY_KERNEL_AND_BASE(
        noClasses()
            .should(dependOnMoreThan("kernel", "base"))
            .because(
                "an engine declares the port that it needs, and the role that uses it joins them")),
    ENGINES_ARE_PURE(
        noClasses()
            .that(are("in an engine", c -> engineOf(c).isPresent()))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "io.helidon..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executor.class)
            .because("an engine has neither HTTP nor threads; it is given what it needs")),
    ENGINES_START_NO_THREADS(
        noClasses()
            .that(are("in an engine", c -> engineOf(c).isPresent()))
            .should()
            .callMethod(Thread.class, "start")
            .orShould()
            .callMethod(Thread.class, "startVirtualThread", Runnable.class)
            .because("an engine runs on its caller's thread")),
    PACKAGES_HAVE_NO_CYCLES(slices().matching("dev.gori.(**)").should().beFreeOfCycles()),
    TIME_COMES_FROM_THE_TIME_PORT(
        noClasses()
            .that(
                are("outside kernel.time", c -> !c.getPackageName().equals("dev.gori.kernel.time")))
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("tests move time by hand")),
    NAMES_SAY_WHAT_THINGS_ARE(
        noClasses()
            .should(
                be(
                    are(
                        "named for nothing",
                        c ->
                            !UPSTREAM_NAMES.contains(c.getSimpleName())
                                && Stream.of("Util", "Utils", "Helper", "Manager", "Impl")
                                    .anyMatch(c.getSimpleName()::endsWith))))
            .because("a name that fits everything attracts everything")),
    EVERY_PACKAGE_IS_NULL_MARKED(
        classes()
            .that(are("top-level", JavaClass::isTopLevelClass))
            .should(
                be(
                    are(
                        "in a package with a contract",
                        c ->
                            c.getPackage().tryGetPackageInfo().isPresent()
                                && c.getPackage()
                                    .isAnnotatedWith("org.jspecify.annotations.NullMarked"))))
            .because("a package's package-info is its contract"));

    private final ArchRule rule;

    Rule(ArchRule rule) {
      this.rule = rule.allowEmptyShould(true);
    }
  }

  private static DescribedPredicate<JavaClass> are(
      String description, Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }

  private static Optional<String> engineOf(JavaClass c) {
    return ENGINES.stream()
        .map(engine -> "dev.gori." + engine)
        .filter(engine -> (c.getPackageName() + ".").startsWith(engine + "."))
        .findFirst();
  }

  private static ArchCondition<JavaClass> dependOnMoreThan(String... modules) {
    return new ArchCondition<>("depend on more than " + List.of(modules) + " and itself") {
      @Override
      public void check(JavaClass c, ConditionEvents events) {
        var engine = engineOf(c);
        if (engine.isEmpty()) {
          return;
        }
        for (var dependency : c.getDirectDependenciesFromSelf()) {
          var target = dependency.getTargetClass().getBaseComponentType();
          var name = target.getPackageName() + ".";
          boolean allowed =
              !name.startsWith("dev.gori.")
                  || engineOf(target).equals(engine)
                  || Arrays.stream(modules).anyMatch(m -> name.startsWith("dev.gori." + m + "."));
          if (!allowed) {
            events.add(SimpleConditionEvent.satisfied(c, dependency.getDescription()));
          }
        }
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> rules() {
    return Arrays.stream(Rule.values())
        .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> rule.rule.check(GORI)));
  }
}
