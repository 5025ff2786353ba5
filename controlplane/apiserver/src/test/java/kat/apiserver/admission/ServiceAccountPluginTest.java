package kat.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Names;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.testing.FakeTicker;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.Test;

class ServiceAccountPluginTest {

    private final Store store = new MemoryStore();
    private final Resources resources = new Resources(Kinds.builtIn());
    private final List<Duration> waits = new ArrayList<>();

    @Test
    void waitsForTheDefaultAccountThatIsMadeMeanwhile() {
        JsonObject pod = admit("{}", () -> made("default"));

        assertEquals("default", pod.object("spec").string("serviceAccountName"));
        assertEquals(List.of(Duration.ofMillis(1800)), waits);
    }

    @Test
    void keepsWaitingWhenWokenForNothing() {
        JsonObject pod = admit("{}", () -> waits.size() < 3 || made("default"));

        assertEquals("default", pod.object("spec").string("serviceAccountName"));
        assertEquals(3, waits.size());
    }

    @Test
    void refusesThePodWhenTheDefaultAccountDoesNotCome() {
        StatusException refused =
                assertThrows(StatusException.class, () -> admit("{}", () -> false));

        assertEquals(
                "pods \"p\" is forbidden: error looking up service account ns/default:"
                        + " serviceaccount \"default\" not found",
                refused.status().message());
        assertEquals(1, waits.size());
    }

    @Test
    void waitsForNoOtherAccount() {
        assertThrows(
                StatusException.class,
                () -> admit("{\"serviceAccountName\":\"bot\"}", () -> made("bot")));

        assertEquals(List.of(), waits);
    }

    private JsonObject admit(String spec, BooleanSupplier meanwhile) {
        Resource pods = resources.require(Kinds.POD);
        Writer.Target target = new Writer.Target(pods, new ObjectKey("ns", "p"));
        Attributes attributes =
                new Attributes(
                        Operation.CREATE,
                        pods,
                        target,
                        JsonObject.EMPTY,
                        new WriteCall("test", 0, "", false, ""));
        Writer.Clock clock =
                new Writer.Clock(new Waiting(meanwhile), new Names(Randomness.seeded(1)));
        Lookup lookup = new Lookup(new Reader(store), resources);
        String pod =
                "{\"metadata\":{\"name\":\"p\",\"namespace\":\"ns\"},\"spec\":%s}".formatted(spec);
        return new ServiceAccountPlugin(lookup, clock)
                .admit(attributes, (JsonObject) Json.parse(pod.getBytes(UTF_8)));
    }

    private boolean made(String name) {
        Resource accounts = resources.require(Kinds.SERVICE_ACCOUNT);
        String account =
                """
                {"apiVersion":"v1","kind":"ServiceAccount",
                 "metadata":{"name":"%s","namespace":"ns"}}
                """
                        .formatted(name);
        store.commit(
                Transaction.put(
                        accounts.key(new ObjectKey("ns", name)),
                        0,
                        Value.of(account.getBytes(UTF_8)),
                        Cause.by("test")));
        return true;
    }

    /// A clock that stands still, on which something happens while a thread waits.
    private final class Waiting implements Ticker, Threads {

        private final FakeTicker clock = new FakeTicker(Instant.EPOCH);
        private final BooleanSupplier meanwhile;

        Waiting(BooleanSupplier meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public Threads threads() {
            return this;
        }

        @Override
        public Permits permits(int count) {
            return new Permits() {
                @Override
                public boolean tryAcquire(Duration timeout) {
                    waits.add(timeout);
                    return meanwhile.getAsBoolean();
                }

                @Override
                public void acquire() {
                    throw new AssertionError("waits without end");
                }

                @Override
                public void release() {}

                @Override
                public void drain() {}
            };
        }

        @Override
        public Running start(String name, Runnable body) {
            throw new AssertionError("starts a thread");
        }

        @Override
        public Instant now() {
            return clock.now();
        }

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return clock.schedule(delay, task);
        }

        @Override
        public void sleep(Duration delay) {
            throw new AssertionError("sleeps");
        }
    }
}
