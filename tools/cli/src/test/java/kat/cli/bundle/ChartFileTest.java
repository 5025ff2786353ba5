package kat.cli.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChartFileTest {

    private static final String DESCRIPTION = "{apiVersion: v2, name: web, version: 1.2.0}";

    @Test
    void readsNameAndVersion() throws IOException {
        ChartFile chart = ChartFile.of(Charts.packed("web/Chart.yaml", DESCRIPTION));

        assertEquals("web-1.2.0.tgz", chart.fileName());
    }

    @Test
    void isTheSameWhateverTheOrderOfItsFiles() throws IOException {
        byte[] one = Charts.packed("web/Chart.yaml", DESCRIPTION, "web/values.yaml", "a: 1");
        byte[] other = Charts.packed("web/values.yaml", "a: 1", "web/Chart.yaml", DESCRIPTION);

        assertArrayEquals(
                ChartFile.of(one).normal().content(), ChartFile.of(other).normal().content());
    }

    @Test
    void refusesWhatIsNoChart() throws IOException {
        byte[] noise = "no archive".getBytes(StandardCharsets.UTF_8);
        byte[] other = Charts.packed("web/values.yaml", "a: 1");
        byte[] climber = Charts.packed("web/Chart.yaml", "{name: ../../etc, version: 1.0.0}");

        for (byte[] bytes : new byte[][] {noise, other, climber}) {
            BundleException refused =
                    assertThrows(BundleException.class, () -> ChartFile.of(bytes));
            assertTrue(refused.getMessage().startsWith("it is no chart: "), refused.getMessage());
        }
    }
}
