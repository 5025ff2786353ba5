package kat.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final long FIRST_SEED = 100;
    private static final long SEEDS = 8;

    @Test
    void repeatsFromItsSeed() {
        Simulation.Outcome first = Simulation.run(1);
        Simulation.Outcome second = Simulation.run(1);

        assertEquals(first, second);
    }

    /// `-Dkat.simulation.first=N -Dkat.simulation.seeds=N` for other seeds, or many.
    @Test
    void holdsWhateverBreaks() {
        long first = Long.getLong("kat.simulation.first", FIRST_SEED);
        long count = Long.getLong("kat.simulation.seeds", SEEDS);
        for (long seed = first; seed < first + count; seed++) {
            long commits = Simulation.run(seed).commits();

            assertTrue(commits > 0, "seed " + seed + " made no commit");
        }
    }

    @Test
    void differsFromSeedToSeed() {
        Simulation.Outcome first = Simulation.run(1);
        Simulation.Outcome second = Simulation.run(2);

        assertNotEquals(first.hash(), second.hash());
    }

    /// Sets and maps of the JDK iterate in another order in each process.
    @Test
    void repeatsInAnotherProcess() throws IOException, InterruptedException {
        Simulation.Outcome here = Simulation.run(1);

        String there = replay(1);

        assertEquals("1 " + here, there);
    }

    private static String replay(long seed) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath(),
                                Replay.class.getName(),
                                "--seed",
                                Long.toString(seed))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    /// Surefire starts with a jar that only names the class path.
    private static String classPath() {
        String tests = System.getProperty("surefire.test.class.path", "");
        return tests.isEmpty() ? System.getProperty("java.class.path") : tests;
    }
}
