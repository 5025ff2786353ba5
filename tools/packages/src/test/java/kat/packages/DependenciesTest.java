package kat.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DependenciesTest {

    private static final Path FOLDER = Path.of("/charts");

    @Test
    void keepsChartsByNameAndVersion() {
        assertEquals(
                Path.of("/charts/web-0.1.0.tgz"), Dependencies.archive(FOLDER, "web", "0.1.0"));
    }

    @ParameterizedTest
    @CsvSource({"../web, 0.1.0", "/etc/web, 0.1.0", "web, 0.1.0/../../x"})
    void leavesItsFolderForNobody(String name, String version) {
        assertThrows(HelmException.class, () -> Dependencies.archive(FOLDER, name, version));
    }
}
