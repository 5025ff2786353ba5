package kat.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;

/// Waits for what kubectl cannot wait for.
final class Waiting {

    private static final Ticker TICKER = new SystemTicker();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Waiting() {}

    /// Something that may hold later.
    interface Condition {
        boolean holds() throws InterruptedException, IOException;
    }

    /// @param what is waited for, for the message
    static void until(String what, Condition condition) throws InterruptedException, IOException {
        until(what, PATIENCE, condition);
    }

    /// @param what is waited for, for the message
    static void until(String what, Duration patience, Condition condition)
            throws InterruptedException, IOException {
        Deadline deadline = Deadline.in(patience, TICKER);
        while (!condition.holds()) {
            if (deadline.isOver(TICKER)) {
                throw new AssertionError("not within " + patience + ": " + what);
            }
            TICKER.sleep(PAUSE);
        }
    }

    /// Waits for a line in a file that grows.
    ///
    /// @return the first group of the pattern
    static String line(Path file, String pattern) throws InterruptedException, IOException {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        until("a line like " + pattern + " in " + file, () -> wanted.matcher(read(file)).find());
        Matcher found = wanted.matcher(read(file));
        return found.find() ? found.group(1) : "";
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
