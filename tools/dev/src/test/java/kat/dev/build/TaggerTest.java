package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Hooks;
import kat.dev.config.Sync;
import kat.dev.config.TagPolicy;
import kat.dev.process.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaggerTest {

    private static final String INPUTS = "0123456789abcdef".repeat(4);

    @TempDir Path folder;
    private Shell shell;
    private Tagger tagger;

    @BeforeEach
    void prepare() {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put("BUILD", "b7");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CEILING_DIRECTORIES", String.valueOf(folder.getParent()));
        shell = new Shell(environment);
        tagger = new Tagger(shell, Instant.parse("2026-03-04T05:06:07.080Z"));
    }

    private Artifact artifact() {
        return new Artifact(
                "web",
                folder,
                new Builder.Jib("", List.of(), "", ""),
                List.of(),
                Sync.NONE,
                Hooks.NONE,
                "");
    }

    private String tag(TagPolicy policy) throws InterruptedException {
        return tagger.tag(policy, artifact(), INPUTS);
    }

    private String git(String... words) throws InterruptedException {
        List<String> all = new java.util.ArrayList<>(List.of("git", "-c", "user.name=a"));
        all.addAll(List.of("-c", "user.email=a@b.example"));
        all.addAll(List.of(words));
        Shell.Result result = shell.run(Shell.Command.of(folder, all));
        assertTrue(result.isGood(), result.said());
        return result.out().strip();
    }

    private void commit() throws InterruptedException, IOException {
        git("init", "-q", "-b", "feature/x");
        Files.writeString(folder.resolve("a"), "a");
        git("add", "a");
        git("commit", "-q", "-m", "a");
    }

    @Test
    void tagsByGit() throws Exception {
        commit();

        String commit = git("rev-parse", "HEAD");
        assertEquals("p" + commit, tag(new TagPolicy.GitCommit("p", "commitsha", false)));
        assertEquals(
                git("rev-parse", "HEAD:./"), tag(new TagPolicy.GitCommit("", "treesha", false)));
        assertEquals("feature_x", tag(new TagPolicy.GitCommit("", "branches", false)));
        git("tag", "v1.0+x");
        assertEquals("v1.0_x", tag(new TagPolicy.GitCommit("", "tags", false)));
        Files.writeString(folder.resolve("b"), "b");
        assertEquals("v1.0_x-dirty", tag(new TagPolicy.GitCommit("", "tags", false)));
        assertEquals("v1.0_x", tag(new TagPolicy.GitCommit("", "tags", true)));
    }

    @Test
    void saysWhatToDoWithoutGit() {
        DevException fault =
                assertThrows(
                        DevException.class, () -> tag(new TagPolicy.GitCommit("", "tags", false)));

        assertTrue(String.valueOf(fault.getMessage()).contains("choose another policy"));
    }

    @Test
    void tagsByOtherPolicies() throws InterruptedException {
        assertEquals("latest", tag(new TagPolicy.Sha256()));
        assertEquals(INPUTS, tag(new TagPolicy.InputDigest()));
        assertEquals("b7", tag(new TagPolicy.EnvTemplate("{{.BUILD}}")));
        assertEquals("b7", tag(new TagPolicy.EnvTemplate("{{.IMAGE_NAME}}:{{.BUILD}}")));
        SequencedMap<String, TagPolicy> parts = new LinkedHashMap<>();
        parts.put("TIME", new TagPolicy.DateTime("2006", "UTC"));
        parts.put("SHA", new TagPolicy.Sha256());
        assertEquals(
                "2026-latest-b7",
                tag(new TagPolicy.CustomTemplate("{{.TIME}}-{{.SHA}}-{{.BUILD}}", parts)));
    }

    @ParameterizedTest
    @CsvSource({
        "2006-01-02_15-04-05.999_MST, UTC, 2026-03-04_05-06-07.08_UTC",
        "2006-01-02 15:04:05.000 -0700, Europe/Berlin, 2026-03-04 06:06:07.080 +0100",
        "Mon Jan 02 03:04 PM 06, UTC, Wed Mar 04 05:06 AM 26"
    })
    void tellsTheTimeInGosNotation(String format, String zone, String expected)
            throws InterruptedException {
        assertEquals(expected, tag(new TagPolicy.DateTime(format, zone)));
    }

    @Test
    void leavesOutWhatTagsMayNotHold() {
        assertEquals("__a_b-c", Tagger.sanitized("-.a/b-c"));
        assertEquals(128, Tagger.sanitized("x".repeat(200)).length());
    }
}
