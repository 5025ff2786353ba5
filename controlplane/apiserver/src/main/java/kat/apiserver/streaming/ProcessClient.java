package kat.apiserver.streaming;

import kat.api.Status;
import org.jspecify.annotations.Nullable;

/// The client of a process, whatever protocol it speaks.
///
/// **Threads:** any; sending may block.
interface ProcessClient {

    /// Which stream of a process, by the channel's number in Kubernetes' protocols.
    enum Channel {
        STDIN(0),
        STDOUT(1),
        STDERR(2),
        ERROR(3),
        RESIZE(4);

        private final int number;

        Channel(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /// Null when no channel has this number.
        static @Nullable Channel of(int number) {
            for (Channel channel : values()) {
                if (channel.number == number) {
                    return channel;
                }
            }
            return null;
        }
    }

    /// The client's input, and the sizes of its terminal as JSON, one after the other.
    Inbox inbox(Channel channel);

    void send(Channel channel, byte[] bytes) throws InterruptedException;

    /// Tells how it ended, and closes.
    void finish(Status status) throws InterruptedException;

    /// Calls `callback` when the client has gone.
    void onGone(Runnable callback);

    /// Waits until the client has opened its streams.
    void awaitReady() throws InterruptedException;
}
