package kat.client;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.testing.FakeTicker;
import kat.client.testing.ReadOnlyTransport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformersTest {

    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final Informers informers = new Informers(api, new FakeTicker(Instant.EPOCH));

    @Test
    void startsNoInformerOnceAllWereClosed() {
        Informer pods = informers.informer(Kinds.POD);

        informers.close();

        assertSame(pods, informers.informer(Kinds.POD));
        assertThrows(IllegalStateException.class, () -> informers.informer(Kinds.SERVICE));
    }

    @AfterEach
    void end() {
        informers.close();
    }

    private static KubeObject pod(String uid) {
        return new KubeObject(
                (JsonObject) Yaml.parse("{metadata: {name: p, namespace: ns, uid: " + uid + "}}"));
    }

    private static String uid(@Nullable KubeObject object) {
        return object == null ? "none" : object.uid();
    }

    @Test
    void tellsOfAnObjectInThePlaceOfAnotherThatOneWentAndOneCame() throws InterruptedException {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        var first = api.put(Kinds.POD, pod("first"));
        Informer pods = informers.informer(Kinds.POD);
        pods.addHandler((before, after) -> told.add(uid(before) + " " + uid(after)));

        assertTrue(pods.awaitSynced(Duration.ofSeconds(30)));

        var second = api.put(Kinds.POD, pod("second"));

        assertTrue(second.revision() > first.revision());
        List<String> changes = new ArrayList<>();
        while (!changes.contains("none second")) {
            changes.add(requireNonNull(told.poll(30, TimeUnit.SECONDS), changes::toString));
        }
        assertEquals("first none", changes.get(changes.size() - 2));
    }
}
