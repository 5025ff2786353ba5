package kat.dev.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import kat.api.json.JsonObject;
import kat.dev.config.Helm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseRecordsTest {

    @TempDir Path folder;

    @BeforeEach
    void prepare() throws IOException {
        write("all/Chart.yaml", "dependencies:\n  - repository: file://../part\n");
        write("all/templates/a.yaml", "a");
        write("part/Chart.yaml", "name: part\n");
        write("values.yaml", "x: 1");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private String digest(String... words) {
        Helm.Release release =
                new Helm.Release(
                        "r",
                        "all",
                        false,
                        "",
                        "",
                        "",
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>(),
                        List.of(),
                        JsonObject.EMPTY,
                        new Helm.Switches(false, false, false, false, true),
                        List.of());
        return ReleaseRecords.digest(folder, release, List.of(words));
    }

    @Test
    void changesWithWhateverHelmWouldRead() throws IOException {
        String before = digest("-f", "values.yaml");
        assertEquals(before, digest("-f", "values.yaml"));

        assertNotEquals(before, digest("-f", "values.yaml", "--set", "a=b"));
        write("values.yaml", "x: 2");
        String values = digest("-f", "values.yaml");
        assertNotEquals(before, values);
        write("all/templates/a.yaml", "b");
        String template = digest("-f", "values.yaml");
        assertNotEquals(values, template);
        write("part/templates/c.yaml", "c");
        assertNotEquals(template, digest("-f", "values.yaml"));
    }

    @Test
    void staysWhenHelmPacksItsNeighbours() throws IOException {
        String before = digest();

        write("all/charts/part-1.tgz", "packed now");
        write("all/Chart.lock", "generated: now");

        assertEquals(before, digest());
    }

    @Test
    void keepsWhatWasInstalled() {
        ReleaseRecords records = new ReleaseRecords(folder.resolve("notes"));
        ReleaseRecords.Installed installed =
                new ReleaseRecords.Installed(
                        "d", "deployed 7", List.of(new Workload("deployment", "be", "api")));

        records.note("here", "r", installed);

        assertEquals(Optional.of(installed), records.find("here", "r"));
        assertEquals(Optional.empty(), records.find("there", "r"));
    }
}
