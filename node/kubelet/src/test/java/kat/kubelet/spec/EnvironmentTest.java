package kat.kubelet.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.cri.EnvVar;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Variables that lie in files of volumes.
class EnvironmentTest {

    private static final String REFUSED = "couldn't parse env file";

    @TempDir Path home;

    private Path volume;

    @BeforeEach
    void makeVolume() throws IOException {
        volume = Files.createDirectories(home.resolve("volume")).toRealPath();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "KEY='one'|one",
                "# c\\n\\n \\t KEY='one' # why\\nKEY='two'|one",
                "A='x'\\r\\nKEY='$A ${A} = \"q\" # \\u0020'\\r\\n|$A ${A} = \"q\" # \\u0020",
                "KEY='one\\n\\n  two'|one\\n\\n  two",
                "A='KEY=\\nKEY='\\nKEY='b'|b",
                "KEY='grün'|grün",
                "KEY='one'\\nnonsense|one",
                "A= x\\nKEY='one'|one"
            })
    void aVariableIsReadFromAFile(String text, String expected) throws Exception {
        write(text);

        assertEquals(
                List.of(new EnvVar("V", lines(expected)), new EnvVar("W", lines(expected) + "!")),
                variables("path: f"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "KEY|line 1: missing '='",
                "A='x'\\n='y'|line 2: empty variable name",
                "KEY ='x'|line 1: whitespace before '=' is not allowed",
                "KEY=x|line 1: value must be enclosed in single quotes",
                "A='x\\ny'\\nKEY=\"x\"|line 3: value must be enclosed in single quotes",
                "KEY='x''y'|line 1: unexpected content after closing quote"
            })
    void aFileThatIsNotAsItMustBeIsRefused(String text, String where) throws Exception {
        write(text);

        IOException fault =
                assertThrows(
                        IOException.class, () -> EnvFile.value(volume, volume.resolve("f"), "KEY"));

        assertEquals("invalid environment variable format at " + where, fault.getMessage());
        assertEquals(REFUSED, fault("path: f, optional: true"));
    }

    @Test
    void aQuoteThatIsNotClosedIsToldByTheLineWhereItOpens() throws Exception {
        write("A='x'\\nB='y\\nz\\n");

        IOException fault =
                assertThrows(
                        IOException.class, () -> EnvFile.value(volume, volume.resolve("f"), "KEY"));

        assertEquals(
                "invalid environment variable format starting at line 2: unclosed single quote",
                fault.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"A='x'", "KEY=''", "KEY= 'x'"})
    void aVariableThatIsMissingOrEmptyIsLeftOutOnlyWhenItIsOptional(String text) throws Exception {
        Files.writeString(volume.resolve("f"), text);

        assertEquals(List.of(new EnvVar("W", "$(V)!")), variables("path: f, optional: true"));
        assertEquals(
                "environment variable key \"KEY\" not found in file \"" + volume + "/f\"",
                fault("path: f"));
    }

    @Test
    void aFileOrAVolumeThatIsMissingIsRefusedEvenWhenItIsOptional() {
        assertEquals(REFUSED, fault("path: f, optional: true"));
        assertEquals(
                "cannot find the volume \"other\" referenced by FileKeyRef",
                fault("path: f, optional: true, volumeName: other"));
    }

    @Test
    void linksStayInsideTheVolume() throws Exception {
        Files.writeString(home.resolve("secret"), "KEY='outside'");
        Files.createDirectories(volume.resolve("d"));
        Files.writeString(volume.resolve("secret"), "KEY='inside'");
        Files.createSymbolicLink(volume.resolve("d/up"), Path.of("../../secret"));
        Files.createSymbolicLink(volume.resolve("d/root"), Path.of("/secret"));
        Files.createSymbolicLink(volume.resolve("e"), Path.of("d"));

        for (String path : List.of("d/up", "d/root", "e/up", "/secret")) {
            assertEquals(new EnvVar("V", "inside"), variables("path: " + path).getFirst());
        }
    }

    @Test
    void aLinkThatIsPutInTheWayMeanwhileIsNotFollowed() throws Exception {
        Files.writeString(home.resolve("f"), "KEY='outside'");
        Path file = EnvFile.find(volume, "d/f");
        Files.createSymbolicLink(volume.resolve("d"), home);
        Files.createSymbolicLink(volume.resolve("f"), home.resolve("f"));

        assertThrows(IOException.class, () -> EnvFile.value(volume, file, "KEY"));
        assertThrows(IOException.class, () -> EnvFile.value(volume, volume.resolve("f"), "KEY"));
    }

    @Test
    void linksInACircleFoldersAndLongLinesAreRefused() throws Exception {
        Files.createSymbolicLink(volume.resolve("a"), Path.of("a"));
        Files.createDirectories(volume.resolve("d"));
        Files.writeString(volume.resolve("long"), "#".repeat(EnvFile.MAX_LINE_BYTES));
        String line = "x".repeat(EnvFile.MAX_LINE_BYTES - 10) + "\n";
        Files.writeString(volume.resolve("big"), "KEY='" + line.repeat(3) + "'");

        for (String path : List.of("a", "d", "long", "big")) {
            assertEquals(REFUSED, fault("path: " + path), path);
        }
    }

    private void write(String text) throws IOException {
        Files.writeString(volume.resolve("f"), lines(text), StandardCharsets.UTF_8);
    }

    private static String lines(String text) {
        return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    }

    private String fault(String reference) {
        return assertThrows(ConfigFault.class, () -> variables(reference)).getMessage();
    }

    /// What `V`, from a file, and `W`, which refers to it, become.
    private List<EnvVar> variables(String reference) throws ConfigFault {
        String named = reference.contains("volumeName") ? "" : ", volumeName: v";
        String text =
                "{env: [{name: V, valueFrom: {fileKeyRef: {key: KEY, %s}}}, {name: W, value: $(V)!}]}"
                        .formatted(reference + named);
        KubeObject pod =
                new KubeObject((JsonObject) Yaml.parse("{metadata: {name: p, namespace: ns}}"));
        return Environment.of(
                        (JsonObject) Yaml.parse(text),
                        Map.of(),
                        new DownwardApi(pod, Map.of()),
                        (_, _) -> null,
                        Map.of("v", volume))
                .variables();
    }
}
