package kat.apiserver.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {

    @Test
    void aSenderPausesWhileTooMuchWaits() throws IOException {
        Connection connection = new Connection();
        Inbox inbox = new Inbox(connection);

        inbox.add(new byte[Inbox.HIGH_BYTES]);
        assertFalse(connection.isPaused);
        inbox.add(new byte[1]);
        assertTrue(connection.isPaused);
        assertEquals(Inbox.HIGH_BYTES, inbox.readNBytes(Inbox.HIGH_BYTES).length);
        assertFalse(connection.isPaused);
    }

    /// The reader of what just arrived must not ask the sender to go on before it was asked to
    /// pause: nothing would arrive any more.
    @Test
    void aReaderThatIsQuickerThanThePauseDoesNotLeaveTheSenderWaiting() throws Exception {
        SlowConnection connection = new SlowConnection();
        Inbox inbox = new Inbox(connection);
        Thread reader =
                Thread.ofPlatform()
                        .unstarted(
                                () -> {
                                    try {
                                        int unused = inbox.readNBytes(Inbox.HIGH_BYTES + 1).length;
                                    } catch (IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                    connection.hasRead.countDown();
                                });
        connection.beforePause =
                () -> {
                    reader.start();
                    connection.awaitReader(reader);
                };

        inbox.add(new byte[Inbox.HIGH_BYTES + 1]);

        connection.hasRead.await();
        assertFalse(connection.isPaused);
    }

    private static class Connection implements Inbox.Sender {
        volatile boolean isPaused;

        @Override
        public void pause() {
            isPaused = true;
        }

        @Override
        public void resume() {
            isPaused = false;
        }
    }

    /// Takes its time to pause, in which the reader may do what it can.
    private static final class SlowConnection extends Connection {
        final CountDownLatch hasRead = new CountDownLatch(1);
        Runnable beforePause = () -> {};

        @Override
        public void pause() {
            beforePause.run();
            super.pause();
        }

        /// Returns when the reader has read all, or can go no further.
        void awaitReader(Thread reader) {
            while (hasRead.getCount() > 0 && reader.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        }
    }
}
