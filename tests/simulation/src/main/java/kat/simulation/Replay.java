package kat.simulation;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import kat.simulation.cluster.Commit;

/// Runs simulations from the command line: `--seed N` for the first seed, `--seeds N` for how many,
/// `--trace` to see every commit.
public final class Replay {

    private Replay() {}

    public static void main(String[] arguments) {
        List<String> given = List.of(arguments);
        long first = number(given, "--seed", 1);
        long count = number(given, "--seeds", 1);
        PrintStream out = System.out;
        Consumer<Commit> trace =
                given.contains("--trace")
                        ? commit -> out.println(commit + " " + commit.object().tree())
                        : _ -> {};
        for (long seed = first; seed < first + count; seed++) {
            out.println(seed + " " + Simulation.run(seed, trace));
        }
    }

    private static long number(List<String> given, String name, long usual) {
        int at = given.indexOf(name);
        return at < 0 || at + 1 == given.size() ? usual : Long.parseLong(given.get(at + 1));
    }
}
