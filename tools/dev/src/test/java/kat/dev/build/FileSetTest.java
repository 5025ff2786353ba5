package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Hooks;
import kat.dev.config.Sync;
import kat.dev.process.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSetTest {

    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        List<String> files =
                List.of(
                        "Dockerfile",
                        "pom.xml",
                        "src/main/A.java",
                        "src/test/B.java",
                        "target/a.jar",
                        "web/node_modules/x.js",
                        "web/a.js",
                        "web/b.md");
        for (String file : files) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.resolveSibling("."));
            Files.writeString(path, file);
        }
    }

    private List<String> files(Builder builder) throws InterruptedException {
        Artifact artifact =
                new Artifact("x", folder, builder, List.of(), Sync.NONE, Hooks.NONE, "");
        return List.copyOf(new FileSet(new Shell(System.getenv())).of(artifact));
    }

    @Test
    void leavesOutWhatBuildsOfJavaMake() throws InterruptedException {
        assertEquals(
                List.of("Dockerfile", "pom.xml", "src/main/A.java", "web/a.js", "web/b.md"),
                files(new Builder.Jib("", List.of(), "", "")));
    }

    @Test
    void takesWhatDockerWouldTake() throws Exception {
        Files.writeString(
                folder.resolve(".dockerignore"), "# no\n**/node_modules\n*.md\nsrc\n!src/main\n");

        assertEquals(
                List.of(
                        ".dockerignore",
                        "Dockerfile",
                        "pom.xml",
                        "src/main/A.java",
                        "target/a.jar",
                        "web/a.js",
                        "web/b.md"),
                files(new Builder.Docker("Dockerfile", new LinkedHashMap<>(), List.of())));
    }

    @Test
    void countsWhatTheDockerfileTakes() throws Exception {
        Files.writeString(
                folder.resolve("Dockerfile"),
                "FROM x AS one\nCOPY src /\nFROM y\nCOPY --from=one a /\nADD web/*.js /\n");
        Builder docker = new Builder.Docker("Dockerfile", new LinkedHashMap<>(), List.of());

        List<String> taken = files(docker);
        assertTrue(taken.contains("src/main/A.java") && taken.contains("Dockerfile"), "" + taken);
        assertTrue(taken.contains("web/a.js"), "" + taken);
        assertFalse(taken.contains("pom.xml") || taken.contains("web/b.md"), "" + taken);

        Files.writeString(folder.resolve("Dockerfile"), "FROM x\nCOPY $FROM_OUTSIDE /\n");
        assertTrue(files(docker).contains("pom.xml"));
    }

    @Test
    void takesWhatACustomBuildNames() throws InterruptedException {
        assertEquals(
                List.of("pom.xml", "web/a.js"),
                files(
                        new Builder.Custom(
                                "x",
                                List.of("web", "*.xml"),
                                List.of("**/*.md", "web/node_modules"),
                                "")));
        assertEquals(
                List.of("web/a.js"),
                files(new Builder.Custom("x", List.of(), List.of(), "echo '[\"web/a.js\"]'")));
    }

    @Test
    void saysWhichFileIsMissing() {
        DevException fault =
                assertThrows(
                        DevException.class,
                        () -> files(new Builder.Custom("x", List.of("none"), List.of(), "")));

        assertTrue(String.valueOf(fault.getMessage()).startsWith("no file or folder "));
    }

    @ParameterizedTest
    @CsvSource({
        "*.js, a.js, true",
        "*.js, x/a.js, false",
        "**/*.js, x/y/a.js, true",
        "**/*.js, a.js, true",
        "x/**, x/y/z, true",
        "a?c, abc, true",
        "[ab].js, b.js, true",
        "[!ab].js, b.js, false",
        "a.js, axjs, false"
    })
    void matchesNames(String pattern, String name, boolean isMatch) {
        assertEquals(isMatch, Patterns.of(pattern).matcher(name).matches());
    }
}
