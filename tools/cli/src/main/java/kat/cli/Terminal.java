package kat.cli;

import java.io.PrintStream;
import java.util.Map;

/// Where a verb writes: results to standard output, everything else to standard error.
///
/// @param out for what was asked for
/// @param err for progress and errors
/// @param interactive whether a person looks on, so that a line may be redrawn
record Terminal(PrintStream out, PrintStream err, boolean interactive) {

    /// Whether a terminal may get escape sequences: `TERM=dumb` and `NO_COLOR` forbid them.
    static boolean takesEscapes(Map<String, String> environment) {
        return !"dumb".equals(environment.get("TERM"))
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    void print(String line) {
        out.println(line);
    }

    void note(String line) {
        err.println(line);
    }

    void error(String sentence) {
        err.println("kat: " + sentence);
    }

    /// Shows what is being done, in place of what was shown so before.
    void passing(String text) {
        if (interactive) {
            err.print("\r\u001b[K" + text);
            err.flush();
        }
    }

    /// Ends the line that [#passing] left.
    void clearPassing() {
        passing("");
    }
}
