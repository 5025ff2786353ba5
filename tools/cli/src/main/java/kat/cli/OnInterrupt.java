package kat.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a verb end in order when this process is asked to end (Ctrl-C, SIGTERM) before [#close].
///
/// The person is told at once; the thread of the verb is interrupted, undoes what it has half done
/// as it would after any failure, and the process ends when it is through. Nobody else undoes
/// anything, so nothing is undone while it is still being done.
///
/// | after | a signal |
/// |---|---|
/// | [#allow] | says the words and interrupts the thread |
/// | the constructor, [#forbid] | waits until [#allow] or [#close] |
///
/// **Threads:** made, steered and closed by the thread of the verb.
final class OnInterrupt implements AutoCloseable {

    /// How long the process lives at most after it was asked to end: what is undone may have to
    /// stop containers first.
    static final Duration PATIENCE = ServerProcess.STOP_PATIENCE.plusSeconds(30);

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Terminal terminal;
    private final Thread hook;

    // Guarded by this: what is said in case, empty while nothing may be interrupted.
    private String words = "";
    private boolean isAsked;

    /// @throws InterruptedException when the process is ending already
    OnInterrupt(Terminal terminal) throws InterruptedException {
        this.terminal = terminal;
        this.hook = Thread.ofPlatform().name("kat-interrupted").unstarted(this::end);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException ending) {
            InterruptedException late = new InterruptedException("the process ends");
            late.initCause(ending);
            throw late;
        }
    }

    /// Runs in the hook: the process lives as long as this does.
    private void end() {
        String said = ask();
        if (!said.isEmpty()) {
            terminal.clearPassing();
            terminal.note(said);
        }
        try {
            boolean unused = done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String ask() {
        isAsked = true;
        if (!words.isEmpty()) {
            worker.interrupt();
        }
        return words;
    }

    /// From now on the verb may be interrupted.
    ///
    /// @param said to the person when that happens
    /// @throws InterruptedException when it happened before
    synchronized void allow(String said) throws InterruptedException {
        if (isAsked) {
            throw new InterruptedException("the process was asked to end");
        }
        words = said;
    }

    /// From now on the verb is not interrupted, and waited for: it tidies up, or does what cannot
    /// be undone.
    ///
    /// @return whether the process goes on; false when it was asked to end before
    synchronized boolean forbid() {
        words = "";
        boolean unused = Thread.interrupted();
        return !isAsked;
    }

    /// Whether the process was asked to end.
    synchronized boolean isAsked() {
        return isAsked;
    }

    /// From now on the process may end at any time.
    @Override
    public void close() {
        boolean unused = forbid();
        done.countDown();
        try {
            var _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            System.getLogger("kat.cli").log(System.Logger.Level.DEBUG, "ending", ending);
        }
    }
}
