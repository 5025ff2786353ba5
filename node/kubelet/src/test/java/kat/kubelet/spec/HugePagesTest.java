package kat.kubelet.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HugePagesTest {

    private static final long TWO = 2L << 20;
    private static final long GIGA = 1L << 30;

    private static final HugePages SOME = new HugePages(new TreeMap<>(Map.of(TWO, 64L, GIGA, 0L)));
    private static final HugePages EMPTY = new HugePages(new TreeMap<>(Map.of(TWO, 0L)));

    private static JsonObject parse(String json) {
        return (JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void areReadFromTheKernel(@TempDir Path folder) throws IOException {
        for (String size : new String[] {"2048", "1048576"}) {
            Path pool = Files.createDirectory(folder.resolve("hugepages-" + size + "kB"));
            Files.writeString(pool.resolve("nr_hugepages"), size.equals("2048") ? "64\n" : "0\n");
        }

        HugePages read = HugePages.read(folder);

        assertEquals(SOME, read);
        assertEquals(Map.of("hugepages-2Mi", 128L << 20, "hugepages-1Gi", 0L), read.amounts());
        assertEquals(128L << 20, read.bytes());
        assertEquals(HugePages.NONE, HugePages.read(folder.resolve("none")));
    }

    /// Of who asks for none, and of who asks for some.
    @Test
    void areLimitedToWhatIsAskedFor() {
        JsonObject some = parse("{'resources':{'limits':{'cpu':'1','hugepages-2Mi':'8Mi'}}}");

        assertEquals(Map.of("2MB", 8L << 20, "1GB", 0L), SOME.limits(some));
        assertEquals(Map.of("2MB", 0L, "1GB", 0L), SOME.limits(JsonObject.EMPTY));
        assertEquals(Map.of("2MB", 8L << 20), EMPTY.limits(some));
        assertEquals(Map.of(), EMPTY.limits(JsonObject.EMPTY));
    }

    private static final String NONE_ASKED =
            "medium %s: hugePages storage requested, but there is no resource request for huge pages";

    @ParameterizedTest
    @CsvSource({
        "HugePages, hugepages-2Mi, '', 2097152",
        "HugePages, hugepages-1Gi, hugepages-1Gi, 1073741824",
        "HugePages-2Mi, hugepages-1Gi, hugepages-2Mi, 2097152",
        "HugePages-1Gi, hugepages-1Gi, hugepages-2Mi, 1073741824",
        "HugePages, '', hugepages-2Mi, 2097152",
        "HugePages, hugepages-1Gi, hugepages-2Mi, two",
        "HugePages, cpu, '', none",
        "HugePages-2Mi, hugepages-1Gi, '', none",
    })
    void makeUpVolumesByTheirSize(String medium, String asked, String byInit, String then)
            throws IOException {
        String container = "[{'name':'c','resources':{'requests':{'%s':'1Gi'}}}]";
        JsonObject spec =
                parse(
                        "{'containers':%s,'initContainers':%s}"
                                .formatted(
                                        container.formatted(asked), container.formatted(byInit)));

        if (then.matches("\\d+")) {
            assertEquals(Long.parseLong(then), HugePages.sizeOf(medium, spec));
            return;
        }
        String why =
                assertThrows(IOException.class, () -> HugePages.sizeOf(medium, spec)).getMessage();
        assertEquals(
                then.equals("none")
                        ? NONE_ASKED.formatted(medium)
                        : "medium: HugePages can't be used if container requests multiple huge page"
                                + " sizes",
                why);
    }
}
