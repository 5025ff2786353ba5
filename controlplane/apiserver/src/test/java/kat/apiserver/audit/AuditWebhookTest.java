package kat.apiserver.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import kat.base.SystemTicker;
import kat.base.metrics.Exposition;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class AuditWebhookTest {

    private static final AuditWebhook.Batches TWO =
            new AuditWebhook.Batches(
                    3, 2, Duration.ofSeconds(30), Duration.ZERO, Throttle.Rate.DEFAULT);

    private static byte[] line(int number) {
        return ("{\"n\":" + number + "}\n").getBytes(UTF_8);
    }

    private static String list(String items) {
        return "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},"
                + "\"items\":["
                + items
                + "]}";
    }

    @Test
    void sendsFullBatchesAndWhatIsLeftAtTheEnd() {
        List<String> sent = new CopyOnWriteArrayList<>();
        Auditor.Counts counts = new Auditor.Counts();
        AuditWebhook webhook =
                new AuditWebhook(
                        body -> sent.add(new String(body, UTF_8)), TWO, counts, new SystemTicker());
        for (int i = 1; i <= 3; i++) {
            assertTrue(webhook.write(line(i)));
        }
        assertTrue(webhook.write(line(4)), "no request fails because the buffer is full");
        assertTrue(
                Exposition.of(List.of(counts))
                        .contains("apiserver_audit_error_total{plugin=\"log\"} 1"));

        webhook.start();
        webhook.close();

        assertEquals(
                List.of(list("{\"n\":1},{\"n\":2}"), list("{\"n\":3}")),
                sent.stream().sorted().toList());
    }

    @Test
    void losesEventsRatherThanMemory() {
        Auditor.Counts counts = new Auditor.Counts();
        AuditWebhook webhook =
                new AuditWebhook(_ -> {}, AuditWebhook.Batches.DEFAULT, counts, new SystemTicker());
        byte[] half = new byte[AuditWebhook.MAX_WAITING_BYTES / 2];

        assertTrue(webhook.write(half));
        assertTrue(webhook.write(half));
        assertTrue(webhook.write(line(1)));

        assertTrue(
                Exposition.of(List.of(counts))
                        .contains("apiserver_audit_error_total{plugin=\"log\"} 1"));
    }

    @Test
    void sendsABatchAgainThatWasNotTaken() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Auditor.Counts counts = new Auditor.Counts();
        CountDownLatch taken = new CountDownLatch(1);
        AuditWebhook webhook =
                new AuditWebhook(
                        body -> {
                            if (tries.incrementAndGet() < AuditWebhook.TRIES) {
                                throw new IOException("away");
                            }
                            taken.countDown();
                        },
                        TWO,
                        counts,
                        new SystemTicker());
        webhook.start();
        webhook.write(line(1));
        webhook.write(line(2));

        taken.await();
        webhook.close();

        assertTrue(
                Exposition.of(List.of(counts))
                        .contains("apiserver_audit_error_total{plugin=\"log\"} 0"));
    }

    @Test
    void theEndWaitsNeitherForPausesNorForTheThrottle() throws Exception {
        Duration hour = Duration.ofHours(1);
        AuditWebhook.Batches slow =
                new AuditWebhook.Batches(
                        10, 1, hour, hour, new Throttle.Rate(1 / (double) hour.toSeconds(), 1));
        Auditor.Counts counts = new Auditor.Counts();
        CountDownLatch tried = new CountDownLatch(1);
        AuditWebhook webhook =
                new AuditWebhook(
                        body -> {
                            tried.countDown();
                            throw new IOException("away");
                        },
                        slow,
                        counts,
                        new SystemTicker());
        webhook.write(line(1));
        webhook.write(line(2));
        webhook.start();
        tried.await();

        webhook.close();

        assertTrue(
                Exposition.of(List.of(counts))
                        .contains("apiserver_audit_error_total{plugin=\"log\"} 2"));
    }

    @Test
    void theEndLosesAndCountsWhatIsNeverAnswered() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        FakeTicker ticker = new FakeTicker(Instant.EPOCH);
        Auditor.Counts counts = new Auditor.Counts();
        AuditWebhook webhook =
                new AuditWebhook(
                        body -> {
                            sending.countDown();
                            awaitThrough(never);
                        },
                        TWO,
                        counts,
                        ticker);
        webhook.write(line(1));
        webhook.write(line(2));
        webhook.start();
        sending.await();
        webhook.write(line(3));

        Thread closing = Thread.ofVirtual().start(webhook::close);
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ticker.untilNext() == null && System.nanoTime() < patience) {
            Thread.onSpinWait();
        }
        ticker.advance(AuditWebhook.LAST_SENDS);

        assertTrue(closing.join(Duration.ofSeconds(30)), "the end does not wait for the answer");
        assertEquals(3, lost(counts));
        never.countDown();
    }

    private static void awaitThrough(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void countsWhatAFaultOfTheSenderLoses() {
        Auditor.Counts counts = new Auditor.Counts();
        AuditWebhook webhook =
                new AuditWebhook(
                        body -> {
                            throw new IllegalStateException("a fault");
                        },
                        TWO,
                        counts,
                        new SystemTicker());
        webhook.write(line(1));
        webhook.start();

        webhook.close();

        assertEquals(1, lost(counts));
    }

    @Test
    void countsWhatWaitsWhenItEndsBeforeItBegan() {
        Auditor.Counts counts = new Auditor.Counts();
        AuditWebhook webhook = new AuditWebhook(_ -> {}, TWO, counts, new SystemTicker());
        webhook.write(line(1));

        webhook.close();
        webhook.write(line(2));

        assertEquals(2, lost(counts));
    }

    private static int lost(Auditor.Counts counts) {
        String name = "apiserver_audit_error_total{plugin=\"log\"} ";
        return Exposition.of(List.of(counts))
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToInt(line -> Integer.parseInt(line.substring(name.length())))
                .sum();
    }

    @Test
    void theThrottleLetsABurstThroughAndThenSoManyASecond() {
        Throttle throttle = new Throttle(new Throttle.Rate(10, 2), 0);

        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waits.add(throttle.take(0).toMillis());
        }
        long second = Duration.ofSeconds(1).toNanos();

        assertEquals(List.of(0L, 0L, 100L, 200L), waits);
        assertEquals(Duration.ZERO, throttle.take(second));
    }

    @Test
    void writesTimesAsGoDoes() {
        assertEquals("612.5ms", GoDuration.of(Duration.ofNanos(612_500_000)));
        assertEquals("1.25s", GoDuration.of(Duration.ofMillis(1250)));
        assertEquals("2m0.5s", GoDuration.of(Duration.ofMillis(120_500)));
        assertEquals("1h0m3s", GoDuration.of(Duration.ofSeconds(3603)));
    }
}
