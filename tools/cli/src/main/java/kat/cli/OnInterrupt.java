package kat.cli;

/// Work that is done when this process is asked to end (SIGINT, SIGTERM) before [#close].
final class OnInterrupt implements AutoCloseable {

    private final Thread hook;

    OnInterrupt(Runnable work) {
        this.hook = Thread.ofPlatform().name("kat-interrupted").unstarted(work);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// From now on the process may end without it.
    @Override
    public void close() {
        try {
            var _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // Too late: the process ends, and the work is being done.
            System.getLogger("kat.cli").log(System.Logger.Level.DEBUG, "ending", ending);
        }
    }
}
