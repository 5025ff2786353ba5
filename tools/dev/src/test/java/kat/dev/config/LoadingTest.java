package kat.dev.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadingTest {

    @TempDir Path folder;

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private Project load(List<String> profiles, List<String> modules, Map<String, String> env) {
        return Loading.load(
                new Loading.Choice("", profiles, modules, true),
                new Loading.Surroundings(folder, env, "dev", "kat"));
    }

    private Project load() {
        return load(List.of(), List.of(), Map.of());
    }

    private String fault() {
        return String.valueOf(assertThrows(DevException.class, this::load).getMessage());
    }

    private static String config(String rest) {
        return "apiVersion: skaffold/v4beta11\nkind: Config\n" + rest;
    }

    @Test
    void readsArtifactsOfEachBuilder() throws IOException {
        write(
                "skaffold.yaml",
                config(
                        """
                        build:
                          artifacts:
                            - image: api
                              context: api
                              jib: {project: sub, args: [-Pfast]}
                            - image: web
                              docker: {buildArgs: {A: 1}, target: prod, noCache: true}
                            - image: tool
                              custom: {buildCommand: make}
                              requires: [{image: my/web}]
                        """));

        List<Artifact> artifacts = load().artifacts();

        assertEquals(folder.resolve("api"), artifacts.getFirst().context());
        assertEquals(
                new Builder.Jib("sub", List.of("-Pfast"), "", ""), artifacts.getFirst().builder());
        Builder.Docker docker = (Builder.Docker) artifacts.get(1).builder();
        assertEquals("Dockerfile", docker.dockerfile());
        assertEquals(Map.of("A", "1"), docker.buildArgs());
        assertEquals(List.of("--target=prod", "--no-cache"), docker.flags());
        assertEquals(
                new Builder.Custom("make", List.of("."), List.of(), ""),
                artifacts.get(2).builder());
        assertEquals(List.of(new Artifact.Need("my/web", "my_web")), artifacts.get(2).needs());
    }

    @Test
    void namesEveryFaultWithItsPlace() throws IOException {
        write(
                "skaffold.yaml",
                config(
                        """
                        biuld: {}
                        build:
                          artifacts:
                            - image: api
                              bazel: {target: //x}
                            - image: [a]
                              jib: {projekt: x}
                              custom: {buildCommand: x}
                        """));

        assertEquals(
                List.of(
                        "biuld: skaffold/v4beta11 has no such field",
                        "build.artifacts[0].bazel: KAT does not support this field:"
                                + " KAT builds with jib, docker and custom",
                        "build.artifacts[1].image: expected text, found array",
                        "build.artifacts[1].jib.projekt: skaffold/v4beta11 has no such field"),
                fault().lines().map(line -> line.substring(line.indexOf(".yaml: ") + 7)).toList());
    }

    @Test
    void tellsWhichVersionsHaveAField() throws IOException {
        write(
                "skaffold.yaml",
                """
                apiVersion: skaffold/v2beta29
                kind: Config
                manifests: {rawYaml: [a.yaml]}
                """);

        assertTrue(fault().endsWith("; versions v3alpha1 to v4beta13 have it"), fault());
    }

    @Test
    void refusesWhatAProfileWouldDoOnlyWhenItIsUsed() throws IOException {
        write("skaffold.yaml", config("profiles: [{name: cloud, deploy: {docker: {}}}]\n"));

        assertEquals(1, load().warnings().size());
        DevException fault =
                assertThrows(DevException.class, () -> load(List.of("cloud"), List.of(), Map.of()));
        assertTrue(
                String.valueOf(fault.getMessage())
                        .contains("with profiles [cloud]: deploy.docker: KAT does not"),
                fault.getMessage());
    }

    @Test
    void warnsOfWhatChangesNothing() throws IOException {
        write("skaffold.yaml", config("build: {local: {concurrency: 0, push: false}}\n"));

        List<String> warnings = load().warnings();

        assertEquals(1, warnings.size());
        assertTrue(
                warnings.getFirst()
                        .endsWith(
                                "build.local.concurrency: KAT leaves it aside:"
                                        + " artifacts are built one after another"),
                warnings.getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "skaffold/v4beta99, is \"skaffold/v4beta99\"",
        "skaffold/v1, is \"skaffold/v1\"",
        "'', is missing"
    })
    void refusesOtherVersions(String version, String words) throws IOException {
        write("skaffold.yaml", "apiVersion: \"" + version + "\"\nkind: Config\n");

        assertTrue(fault().contains("apiVersion " + words + ", but KAT reads"), fault());
    }

    @Test
    void saysWhatIsMissingOrNoYaml() throws IOException {
        assertTrue(fault().startsWith("cannot read "), fault());

        write("skaffold.yaml", "a: [");
        assertTrue(fault().contains("is not YAML"), fault());
    }

    @Test
    void leavesPartsForAnchorsAside() throws IOException {
        write("skaffold.yaml", config(".common: &c {image: a}\nbuild: {artifacts: [*c]}\n"));

        assertEquals("a", load().artifacts().getFirst().image());
    }

    @Test
    void followsRequiredFilesInTheirFolders() throws IOException {
        write(
                "skaffold.yaml",
                config("metadata: {name: all}\nrequires: [{path: api, configs: [api]}]\n"));
        write(
                "api/skaffold.yaml",
                config("metadata: {name: api}\nbuild: {artifacts: [{image: a, context: src}]}\n")
                        + "---\n"
                        + config("metadata: {name: other}\n"));

        Project project = load();

        assertEquals(List.of("api", "all"), project.modules().stream().map(Module::name).toList());
        assertEquals(folder.resolve("api/src"), project.artifacts().getFirst().context());
    }

    @Test
    void takesOneModuleWithWhatItRequires() throws IOException {
        write(
                "skaffold.yaml",
                config("metadata: {name: base}\n")
                        + "---\n"
                        + config("metadata: {name: api}\nrequires: [{configs: [base]}]\n")
                        + "---\n"
                        + config("metadata: {name: web}\n"));

        Project project = load(List.of(), List.of("api"), Map.of());

        assertEquals(List.of("base", "api"), project.modules().stream().map(Module::name).toList());
    }

    @Test
    void refusesNamesThatAreUsedTwice() throws IOException {
        write(
                "skaffold.yaml",
                config("metadata: {name: a}\n") + "---\n" + config("metadata: {name: a}\n"));

        assertTrue(fault().contains("the name a is used twice"), fault());
    }

    @Test
    void expandsTemplatesFromTheEnvironment() throws IOException {
        write(
                "skaffold.yaml",
                config(
                        "deploy: {helm: {releases: [{name: 'r-{{.USER_NAME}}', chartPath: c,"
                                + " namespace: '{{default \"dev\" .SPACE}}'}]}}\n"));

        Helm.Release release =
                load(List.of(), List.of(), Map.of("USER_NAME", "ann"))
                        .modules()
                        .getFirst()
                        .deploy()
                        .helm()
                        .releases()
                        .getFirst();

        assertEquals("r-ann", release.name());
        assertEquals("dev", release.namespace());
        assertTrue(fault().contains(".USER_NAME has no value"), fault());
    }

    @Test
    void dockerfilesThatAClusterWouldBuildAreBuiltHere() throws IOException {
        write(
                "skaffold.yaml",
                config(
                        """
                        build:
                          cluster: {namespace: builds}
                          artifacts:
                            - image: a
                              kaniko: {dockerfile: D, target: t, label: {x: z}, cache: {}}
                        """));

        Project project = load();

        Builder.Docker docker = (Builder.Docker) project.artifacts().getFirst().builder();
        assertEquals("D", docker.dockerfile());
        assertEquals(List.of("--target=t", "--label=x=z"), docker.flags());
        assertEquals(
                List.of("build.cluster", "build.artifacts[0].kaniko.cache"),
                project.warnings().stream()
                        .map(warning -> warning.replaceAll(".*yaml: ([^:]*):.*", "$1"))
                        .sorted(java.util.Comparator.reverseOrder())
                        .toList());
    }

    @Test
    void bringsOldFormsIntoTheNew() throws IOException {
        write(
                "skaffold.yaml",
                """
                apiVersion: skaffold/v2beta29
                kind: Config
                build: {artifacts: [{image: a/b-c, jib: {}, sync: {auto: true}}]}
                deploy:
                  kubectl: {manifests: [k8s/*.yaml], flags: {apply: [--x]}}
                  kustomize: {defaultNamespace: space, flags: {apply: [--y]}}
                  helm:
                    releases:
                      - name: r
                        chartPath: c
                        artifactOverrides: {image: a/b-c}
                      - name: s
                        chartPath: c
                        artifactOverrides: {img: a/b-c}
                        imageStrategy: {helm: {}}
                """);

        Module module = load().modules().getFirst();

        assertEquals(List.of("k8s/*.yaml"), module.manifests().rawYaml());
        assertEquals(List.of("."), module.manifests().kustomizations());
        assertEquals(List.of("--x", "--y"), module.deploy().kubectl().apply());
        assertEquals("space", module.deploy().kubectl().namespace());
        List<Helm.Release> releases = module.deploy().helm().releases();
        assertEquals(
                Map.of("image", "{{.IMAGE_FULLY_QUALIFIED_a_b_c}}"),
                releases.getFirst().templates());
        assertEquals(
                Map.of(
                        "img.repository",
                        "{{.IMAGE_REPO_a_b_c}}",
                        "img.tag",
                        "{{.IMAGE_TAG_a_b_c}}@{{.IMAGE_DIGEST_a_b_c}}"),
                releases.get(1).templates());
    }

    @Test
    void ordersReleasesByWhatTheyDependOn() throws IOException {
        write(
                "skaffold.yaml",
                config(
                                """
                                deploy:
                                  helm:
                                    releases:
                                      - {name: api, chartPath: c, dependsOn: [db]}
                                      - {name: db, chartPath: c}
                                """)
                        .replace("v4beta11", "v4beta13"));

        assertEquals(
                List.of("db", "api"),
                load().modules().getFirst().deploy().helm().releases().stream()
                        .map(Helm.Release::name)
                        .toList());
    }

    @Test
    void refusesSeveralBuildersOfOneImage() throws IOException {
        write(
                "skaffold.yaml",
                config("build: {artifacts: [{image: a, jib: {}, custom: {buildCommand: x}}]}\n"));

        assertTrue(fault().contains("has more than one builder: jib, custom"), fault());
    }
}
