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
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The walls inside the floors. Between floors the compiler keeps them: a module sees only what is
/// below it.
final class WallsTest {

    private static final JavaClasses GORI =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.gori");

    private enum Wall {
        ROLES_DO_NOT_KNOW_EACH_OTHER(
                slices().matching("dev.gori.roles.(*)..")
                        .should()
                        .notDependOnEachOther()
                        .because(
                                "roles meet over HTTP; what one needs of another is a base URL that Assembly gives it")),
        ENGINES_DO_NOT_KNOW_EACH_OTHER(
                slices().matching("dev.gori.engines.(*)..")
                        .should()
                        .notDependOnEachOther()
                        .because(
                                "an engine declares the port that it needs, and the role that uses both joins them")),
        ENGINES_ARE_PURE(
                noClasses()
                        .that()
                        .resideInAPackage("dev.gori.engines..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "dev.gori.machinery.http..",
                                "dev.gori.machinery.protocol..",
                                "java.net.http..",
                                "io.helidon..")
                        .because("an engine has no HTTP; it is given what it needs")),
        ENGINES_START_NO_THREADS(
                noClasses()
                        .that()
                        .resideInAPackage("dev.gori.engines..")
                        .should()
                        .callMethod(Thread.class, "start")
                        .orShould()
                        .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                        .because("an engine runs on its caller's thread")),
        THE_KERNEL_STANDS_ALONE(
                noClasses()
                        .that()
                        .resideInAPackage("dev.gori.kernel..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.slf4j..", "tools.jackson..", "io.helidon..")
                        .because("every floor stands on the kernel")),
        NO_CYCLES_IN_A_ROLE(
                slices().matching("dev.gori.roles.(*).(*)..").should().beFreeOfCycles()),
        NO_CYCLES_IN_THE_MACHINERY(
                slices().matching("dev.gori.machinery.(*)..").should().beFreeOfCycles()),
        TIME_COMES_FROM_THE_TIME_PORT(
                noClasses()
                        .that(
                                are(
                                        "outside kernel.time",
                                        c -> !c.getPackageName().equals("dev.gori.kernel.time")))
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
                                                        Stream.of(
                                                                        "Util", "Utils", "Helper",
                                                                        "Manager", "Impl")
                                                                .anyMatch(
                                                                        c.getSimpleName()
                                                                                ::endsWith))))
                        .because("a name that fits everything attracts everything")),
        EVERY_PACKAGE_IS_NULL_MARKED(
                classes()
                        .that(are("top-level", JavaClass::isTopLevelClass))
                        .should(
                                be(
                                        are(
                                                "in a package with a contract",
                                                c ->
                                                        c.getPackage()
                                                                        .tryGetPackageInfo()
                                                                        .isPresent()
                                                                && c.getPackage()
                                                                        .isAnnotatedWith(
                                                                                "org.jspecify.annotations.NullMarked"))))
                        .because("a package's package-info is its contract"));

        private final ArchRule rule;

        Wall(ArchRule rule) {
            this.rule = rule.allowEmptyShould(true);
        }
    }

    private static DescribedPredicate<JavaClass> are(
            String description, Predicate<JavaClass> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    @TestFactory
    Stream<DynamicTest> walls() {
        return Arrays.stream(Wall.values())
                .map(wall -> DynamicTest.dynamicTest(wall.name(), () -> wall.rule.check(GORI)));
    }
}
