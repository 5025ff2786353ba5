package kat.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class TaskGroupTest {

    @Test
    void givesTheResultOfEachTask() throws Exception {
        try (TaskGroup group = new TaskGroup("sum")) {
            FutureTask<Integer> one = group.fork(() -> 1);
            FutureTask<Integer> two = group.fork(() -> 2);

            group.join();

            assertEquals(3, one.get() + two.get());
        }
    }

    @Test
    void firstFailureCancelsTheOthers() {
        try (TaskGroup group = new TaskGroup("doomed")) {
            FutureTask<String> sibling =
                    group.fork(
                            () -> {
                                new CountDownLatch(1).await();
                                return "never";
                            });
            FutureTask<String> failing =
                    group.fork(
                            () -> {
                                throw new IOException("disk on fire");
                            });

            ExecutionException thrown = assertThrows(ExecutionException.class, group::join);

            assertEquals("disk on fire", thrown.getCause().getMessage());
            assertTrue(sibling.isCancelled());
            assertTrue(failing.isDone());
        }
    }

    @Test
    void closeWaitsForTasksThatWereCancelled() {
        CountDownLatch ended = new CountDownLatch(1);
        TaskGroup group = new TaskGroup("closing");
        CountDownLatch started = new CountDownLatch(1);
        FutureTask<Boolean> task =
                group.fork(
                        () -> {
                            started.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } finally {
                                ended.countDown();
                            }
                            return true;
                        });
        try {
            started.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }

        group.close();

        assertEquals(0, ended.getCount());
        assertTrue(task.isCancelled());
    }
}
