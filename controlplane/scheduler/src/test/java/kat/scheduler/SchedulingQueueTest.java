package kat.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import kat.base.Randomness;
import kat.scheduler.plugins.DefaultPlugins;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Scheduling scheduling =
            new Scheduling(DefaultPlugins.all(ClusterObjects.NONE), Randomness.seeded(1));
    private final SchedulingQueue queue = new SchedulingQueue();

    @Test
    void higherPriorityGoesFirstThenTheOlder() {
        queue.addOrUpdate(SchedulingTest.pod("old", "containers: []"), 0);
        queue.addOrUpdate(SchedulingTest.pod("young", "containers: []"), 0);
        queue.addOrUpdate(SchedulingTest.pod("urgent", "priority: 10"), 0);

        assertEquals(List.of("urgent", "old", "young"), List.of(take(), take(), take()));
    }

    @Test
    void anEventThatCannotHelpWakesNobody() {
        park("p", "NodeResourcesFit", 0);

        queue.happened(ClusterEvent.NODE_LABELS_CHANGED, 60 * SECOND, this::mayHelp);
        assertNull(queue.poll());

        queue.happened(ClusterEvent.POD_LEFT, 60 * SECOND, this::mayHelp);
        assertNotNull(queue.poll());
    }

    @Test
    void aPodThatWasJustTriedBacksOffBeforeItsNextChance() {
        park("p", "NodeResourcesFit", 0);

        queue.happened(ClusterEvent.NODE_ADDED, SECOND / 2, this::mayHelp);
        queue.advance(SECOND / 2);
        assertNull(queue.poll());

        queue.advance(SECOND);
        assertNotNull(queue.poll());
    }

    @Test
    void fiveMinutesAreAChanceOfTheirOwn() {
        park("p", "NodeName", 0);
        long due = SchedulingQueue.LONGEST_UNSCHEDULABLE.toNanos();
        assertEquals(due, queue.nextDue());

        queue.advance(due);

        assertNotNull(queue.poll());
        assertNull(queue.nextDue());
    }

    private void park(String name, String plugin, long now) {
        queue.addOrUpdate(SchedulingTest.pod(name, "containers: []"), 0);
        QueuedPod queued = queue.poll();
        assertNotNull(queued);
        queue.park(queued, now, new LinkedHashSet<>(List.of(plugin)));
    }

    private String take() {
        QueuedPod queued = queue.poll();
        assertNotNull(queued);
        return queued.pod().key().name();
    }

    private boolean mayHelp(ClusterEvent event, QueuedPod queued) {
        return scheduling.mayHelp(event, queued.turnedAwayBy());
    }
}
