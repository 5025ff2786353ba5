package kat.kubelet.shutdown;

import java.time.Duration;
import java.util.List;

/// How a node learns that its machine is about to go down, and asks it to wait.
///
/// **Threads:** any; the listener is called by one thread at a time.
public interface ShutdownSignal extends AutoCloseable {

    /// Nobody tells.
    ShutdownSignal NONE =
            new ShutdownSignal() {
                @Override
                public void start(Duration delay, Listener listener) {}

                @Override
                public void release() {}

                @Override
                public void hold() {}

                @Override
                public void close() {}
            };

    /// Is told what is going to be.
    interface Listener {

        /// @param goesDown false when what was announced will not be
        void announced(boolean goesDown);
    }

    /// Begins to listen.
    ///
    /// @param delay how long the machine shall wait once it has announced that it goes down
    void start(Duration delay, Listener listener);

    /// The machine need not wait any longer.
    void release();

    /// The machine stays up after all: the next time it shall wait again.
    void hold();

    @Override
    void close();

    /// Several ways at once.
    static ShutdownSignal of(List<ShutdownSignal> ways) {
        List<ShutdownSignal> all = List.copyOf(ways);
        return new ShutdownSignal() {

            @Override
            public void start(Duration delay, Listener listener) {
                all.forEach(each -> each.start(delay, listener));
            }

            @Override
            public void release() {
                all.forEach(ShutdownSignal::release);
            }

            @Override
            public void hold() {
                all.forEach(ShutdownSignal::hold);
            }

            @Override
            public void close() {
                all.forEach(ShutdownSignal::close);
            }
        };
    }
}
