package kat.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The floors of the house: who may know whom, and what nobody may use.
class ArchitectureTest {

    /// A module and the modules below it that it may use.
    ///
    /// @param name the first package part below `kat`
    record Module(String name, List<String> mayUse) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<String> LIB = List.of("base", "api", "client");

    static List<Module> modules() {
        return List.of(
                new Module("base", List.of()),
                new Module("api", List.of("base")),
                new Module("store", List.of("base")),
                new Module("etcd", List.of("base", "store")),
                new Module("client", List.of("base", "api")),
                new Module("cri", List.of("base")),
                new Module("csi", List.of("base")),
                new Module("nftables", List.of("base")),
                new Module("apiserver", List.of("base", "api", "store", "client")),
                new Module("scheduler", LIB),
                new Module("controllers", LIB),
                new Module("statemetrics", List.of("base", "api")),
                new Module("monitoring", LIB),
                new Module("kubelet", List.of("base", "api", "client", "cri", "csi")),
                new Module("proxy", List.of("base", "api", "client", "nftables")),
                new Module("dns", LIB),
                new Module("ingress", LIB),
                new Module("logging", LIB),
                new Module("console", LIB),
                new Module("packages", LIB),
                new Module("dev", List.of("base", "api", "cri")),
                new Module("addons", LIB));
    }

    /// The one place that makes objects of classes by name: they are in jars of their own (ADR
    /// 0280).
    private static final String LOADS_ADDONS = "kat.app.addons.ProgramFolders";

    /// Fewer means that the test no longer sees the program.
    private static final int FEWEST_CLASSES = 300;

    private static final JavaClasses KAT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("/generated"))
                    .importPackages("kat");

    @Test
    void sawTheProgram() {
        Map<String, Integer> seen = new TreeMap<>();
        for (JavaClass type : KAT) {
            seen.merge(moduleOf(type), 1, Integer::sum);
        }
        System.out.println("saw " + KAT.size() + " classes: " + seen);

        assertTrue(KAT.size() >= FEWEST_CLASSES, "saw only " + KAT.size() + " classes");
        for (Module module : modules()) {
            assertTrue(seen.containsKey(module.name()), "saw no class of " + module.name());
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void knowsOnlyTheFloorsBelow(Module module) {
        noClasses()
                .that(belongTo(module.name()))
                .should()
                .dependOnClassesThat(
                        new DescribedPredicate<JavaClass>(
                                "are of another module than " + module.mayUse()) {
                            @Override
                            public boolean test(JavaClass type) {
                                String other = moduleOf(type);
                                return !other.isEmpty()
                                        && !other.equals(module.name())
                                        && !module.mayUse().contains(other);
                            }
                        })
                .because("arrows go down only, and components of one floor meet at the API")
                .check(KAT);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void packagesOfAModuleFormNoCycle(Module module) {
        slices().matching("kat." + module.name() + ".(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle of packages cannot be read in any order")
                .allowEmptyShould(true)
                .check(KAT);
    }

    @Test
    void timeComesFromTheTicker() {
        noClasses()
                .that(belongElsewhereThan("base"))
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .because("a cluster must run on a virtual clock; take a kat.base.Ticker")
                .check(KAT);
    }

    @Test
    void chanceComesFromRandomness() {
        noClasses()
                .that(belongElsewhereThan("base"))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .because("a run must repeat from its seed; take a kat.base.Randomness")
                .check(KAT);
    }

    @Test
    void nobodyUsesThreadLocalsOrReflection() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(LOADS_ADDONS)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.ServiceLoader")
                .because("'find usages' must always work; pass a parameter instead")
                .check(KAT);
    }

    @Test
    void librariesStayWithTheirAdapters() {
        onlyIn("io.netty..", List.of("apiserver", "kubelet", "cri", "csi", "etcd", "ingress"));
        onlyIn("io.grpc..", List.of("cri", "csi", "kubelet", "etcd"));
        onlyIn("com.google.protobuf..", List.of("cri", "csi", "etcd"));
        onlyIn("io.etcd..", List.of("etcd"));
        onlyIn("org.snakeyaml..", List.of("api"));
        onlyIn("picocli..", List.of("cli", "packages", "dev"));
        onlyIn("com.marcnuri..", List.of("packages"));
        onlyIn("org.apache.lucene..", List.of("logging"));
    }

    private static void onlyIn(String library, List<String> modules) {
        noClasses()
                .that(
                        new DescribedPredicate<JavaClass>("are not of " + modules) {
                            @Override
                            public boolean test(JavaClass type) {
                                return !modules.contains(moduleOf(type));
                            }
                        })
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .because("each library has one place that can be exchanged")
                .check(KAT);
    }

    @Test
    void packagesSayWhatMayBeNull() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
                .because("what is not marked is not checked")
                .check(KAT);
    }

    private static DescribedPredicate<JavaClass> belongTo(String module) {
        return new DescribedPredicate<>("belong to " + module) {
            @Override
            public boolean test(JavaClass type) {
                return moduleOf(type).equals(module);
            }
        };
    }

    private static DescribedPredicate<JavaClass> belongElsewhereThan(String module) {
        return new DescribedPredicate<>("belong elsewhere than " + module) {
            @Override
            public boolean test(JavaClass type) {
                return !moduleOf(type).equals(module);
            }
        };
    }

    /// The module that a class is of; empty when it is none of KAT's.
    private static String moduleOf(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.", -1);
        return parts.length > 1 && parts[0].equals("kat") ? parts[1] : "";
    }
}
