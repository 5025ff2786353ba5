package kat.packages;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir private Path chart;

    private Requirements requirements(String version, String more) throws IOException {
        Files.writeString(
                chart.resolve("Chart.yaml"),
                """
                apiVersion: v2
                name: stack
                version: 1.0.0
                dependencies:
                - name: web
                  repository: http://127.0.0.1:5056
                  version: "%s"
                """
                                .formatted(version)
                        + more);
        return Requirements.of(chart);
    }

    private void lock(String digest) throws IOException {
        Files.writeString(
                chart.resolve("Chart.lock"),
                """
                dependencies:
                - name: web
                  repository: http://127.0.0.1:5056
                  version: 0.1.0
                digest: sha256:%s
                generated: "2026-11-22T05:51:56Z"
                """
                        .formatted(digest));
    }

    @Test
    void takesALockFileThatHelmWrote() throws IOException {
        lock("b71e6bc1106415c3c0223788afa5a4a980eec352ae6f281064a96f2655fe1f66");

        Requirements requirements = requirements("^0.1.0", "");

        assertDoesNotThrow(requirements::requireInSync);
    }

    @Test
    void hashesEveryMemberAsGoWritesIt() throws IOException {
        lock("3ae7f65e3f7a50eef5eb53c581cc0595ce788a6c497a209da339b3a23d2352b4");

        Requirements requirements =
                requirements(
                        ">=0.1.0 <1",
                        """
                          alias: front
                          condition: web.on
                          tags: [a, b]
                          import-values:
                          - parent: here
                            child: "a & b"
                          - plain
                        """);

        assertDoesNotThrow(requirements::requireInSync);
    }

    @Test
    void refusesALockFileThatWasMadeFromSomethingElse() throws IOException {
        lock("b71e6bc1106415c3c0223788afa5a4a980eec352ae6f281064a96f2655fe1f66");

        Requirements requirements = requirements("^0.2.0", "");

        HelmException refused = assertThrows(HelmException.class, requirements::requireInSync);
        assertEquals(
                "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml)."
                        + " Please update the dependencies",
                refused.getMessage());
    }

    @Test
    void writesALockFileThatIsInSync() throws IOException {
        Requirements before = requirements("^0.1.0", "");

        before.lock(before.wanted(), NOW);

        assertDoesNotThrow(() -> Requirements.of(chart).requireInSync());
    }

    @Test
    void writesNoLockFileThatWouldSayTheSame() throws IOException {
        lock("b71e6bc1106415c3c0223788afa5a4a980eec352ae6f281064a96f2655fe1f66");
        Requirements requirements = requirements("^0.1.0", "");

        requirements.lock(requirements.locked().orElseThrow(), NOW);

        assertFalse(Files.readString(chart.resolve("Chart.lock")).contains("2026-01-02"));
    }
}
