package kat.app.addons;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;
import kat.base.Threads;
import kat.base.Ticker;
import kat.client.addon.Program;
import kat.client.addon.ProgramContext;
import org.jspecify.annotations.Nullable;

/// One program from its start to its end: run on a thread of its own, and again when it fails,
/// after a time that doubles.
///
/// ```
/// load ─▶ running ─fails or returns─▶ waiting 1 s, 2 s … 5 min ─▶ load
///            └───────── close ──────────▶ ended ◀── close ──┘
/// ```
///
/// **Threads:** [#start] and [#close] by one owner; what is told comes from the program's
/// thread.
final class ProgramRun {

    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    /// Who ran this long has recovered, as in Kubernetes' back-off of containers.
    static final Duration STEADY = Duration.ofMinutes(10);

    /// How long a program may take to end.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger("kat.app.addons");

    /// How a program is.
    ///
    /// @param isRunning whether it runs now
    /// @param why it does not run, or what it says of itself; may be empty
    record Condition(boolean isRunning, String why) {}

    /// A context, and what was opened for it.
    record Opened(ProgramContext context, Runnable end) {}

    private final String addon;
    private final ProgramFolders folders;
    private final Opener opener;
    private final Consumer<Condition> listener;
    private final Ticker ticker;
    private final Threads.Permits ended;
    private Threads.@Nullable Running thread;
    private volatile boolean isClosing;

    /// Makes what a program is given, anew for each start.
    @FunctionalInterface
    interface Opener {
        /// @param told takes what the program says of itself
        /// @throws IOException when its folder cannot be made
        Opened open(Consumer<String> told) throws IOException;
    }

    ProgramRun(
            String addon,
            ProgramFolders folders,
            Opener opener,
            Consumer<Condition> listener,
            Ticker ticker) {
        this.addon = addon;
        this.folders = folders;
        this.opener = opener;
        this.listener = listener;
        this.ticker = ticker;
        this.ended = ticker.threads().permits(0);
    }

    void start() {
        thread = ticker.threads().start("add-on " + addon, this::run);
    }

    /// Interrupts the program and waits until it has ended, the first time for 10 s; later it
    /// only looks.
    ///
    /// @return whether it has ended
    boolean close() throws InterruptedException {
        Threads.Running running = thread;
        boolean isFirst = !isClosing;
        isClosing = true;
        if (running == null) {
            return true;
        }
        if (isFirst) {
            running.interrupt();
        }
        boolean hasEnded = ended.tryAcquire(isFirst ? PATIENCE : Duration.ZERO);
        if (isFirst && !hasEnded) {
            LOG.log(Level.WARNING, "program does not end addon={0}", addon);
        }
        return hasEnded;
    }

    private void run() {
        Duration pause = FIRST_BACKOFF;
        try {
            while (!isClosing) {
                long begun = ticker.nanos();
                String why = once();
                if (isClosing) {
                    return;
                }
                if (ticker.nanos() - begun >= STEADY.toNanos()) {
                    pause = FIRST_BACKOFF;
                }
                listener.accept(
                        new Condition(false, why + "; next try in " + pause.toSeconds() + " s"));
                ticker.sleep(pause);
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            ended.release();
        }
    }

    /// Loads the program and runs it to its end.
    ///
    /// @return why it ended
    private String once() {
        Thread self = Thread.currentThread();
        ClassLoader usual = self.getContextClassLoader();
        try (ProgramFolders.Loaded loaded = folders.load(addon)) {
            self.setContextClassLoader(loaded.classes());
            run(loaded.program());
            return "it ended by itself";
        } catch (InterruptedException e) {
            return "it was interrupted";
        } catch (IOException e) {
            return message(e);
        } catch (Throwable e) {
            // Whatever a program does wrong, also a class that is missing, is its own affair.
            if (!isClosing) {
                LOG.log(Level.ERROR, "program failed addon=" + addon, e);
            }
            return message(e);
        } finally {
            self.setContextClassLoader(usual);
        }
    }

    private void run(Program program) throws Exception {
        Opened opened = opener.open(said -> listener.accept(new Condition(true, said)));
        try {
            listener.accept(new Condition(true, ""));
            program.run(opened.context());
        } finally {
            opened.end().run();
        }
    }

    private static String message(Throwable fault) {
        String said = fault.getMessage();
        return said == null || !(fault instanceof Exception) ? fault.toString() : said;
    }
}
