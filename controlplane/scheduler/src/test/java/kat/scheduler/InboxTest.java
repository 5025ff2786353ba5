package kat.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.LinkedHashSet;
import kat.api.Status;
import kat.base.Threads;
import org.junit.jupiter.api.Test;

class InboxTest {

    private static final Message SEEN = new Message.ObjectChanged(ClusterEvent.OBJECT_CHANGED);

    @Test
    void whatBecameOfErrandsHasRoomWhenWhatWasSeenHasNone() throws InterruptedException {
        Inbox inbox = new Inbox(Threads.virtual(), 1);
        QueuedPod pod =
                new QueuedPod(SchedulingTest.pod("p", "{}"), 0, 0, 0, 0, new LinkedHashSet<>());
        Message done = new Message.AssignmentFailed(pod, Status.unexplained("no"), "");
        inbox.tell(SEEN);

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> inbox.tellDone(done));

        inbox.await();
        assertEquals(done, inbox.poll());
        assertEquals(SEEN, inbox.poll());
        assertNull(inbox.poll());
    }
}
