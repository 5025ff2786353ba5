package kat.dev;

import java.io.PrintStream;

/// Where a verb writes: results to standard output, what it does to standard error.
///
/// **Threads:** any; lines do not mix.
///
/// @param isColored whether escape sequences may be used
record Screen(PrintStream out, PrintStream err, boolean isColored) {

    void print(String text) {
        synchronized (out) {
            out.print(text);
            out.flush();
        }
    }

    void note(String line) {
        synchronized (err) {
            err.println(line);
        }
    }

    void warn(String sentence) {
        note("warning: " + sentence);
    }

    void error(String sentence) {
        note("kat: " + sentence);
    }
}
