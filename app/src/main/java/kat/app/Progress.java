package kat.app;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Tells whoever waits for a starting server how far it is: one line a step in a file that is read
/// while it grows.
///
/// The lines are `step MILLIS NAME`, and at the end `ready MILLIS` or `failed SENTENCE`.
///
/// **Threads:** any.
public final class Progress {

    private static final Logger LOG = System.getLogger("kat.app.progress");

    private final @Nullable Path file;
    private final Ticker ticker;
    private final long start;

    /// @param file to write to; null for the log alone
    public Progress(@Nullable Path file, Ticker ticker) {
        this.file = file;
        this.ticker = ticker;
        this.start = ticker.nanos();
    }

    public void step(String name) {
        LOG.log(Level.INFO, "started step={0} millis={1}", name, millis());
        line("step " + millis() + " " + name);
    }

    public void ready() {
        LOG.log(Level.INFO, "cluster ready millis={0}", millis());
        line("ready " + millis());
    }

    public void failed(String sentence) {
        line("failed " + sentence.replace('\n', ' '));
    }

    private long millis() {
        return Duration.ofNanos(ticker.nanos() - start).toMillis();
    }

    private synchronized void line(String text) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(
                    file,
                    text + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "progress not written file={0} error={1}", file, e.toString());
        }
    }
}
