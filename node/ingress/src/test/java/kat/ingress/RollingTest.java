package kat.ingress;

import static kat.ingress.IngressObjects.ingress;
import static kat.ingress.IngressObjects.rule;
import static kat.ingress.IngressObjects.service;
import static kat.ingress.IngressObjects.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.Kinds;
import kat.api.ObjectKey;
import org.junit.jupiter.api.Test;

/// Servers come and go under load.
class RollingTest {

    private static final int CLIENTS = 8;
    private static final int ROLLS = 15;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void losesNoRequestWhileServersRoll() throws Exception {
        Deque<KillableServer> servers = new ArrayDeque<>();
        servers.add(new KillableServer("first"));
        try (TestIngress ingress = new TestIngress()) {
            ingress.put(service("one"), slice("one", 0, servers.getFirst().port()));
            ingress.put(ingress("a", "", rule("", "/", "Prefix", "one")));
            int port = ingress.port();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> ask(port)));
            }
            for (int roll = 1; roll <= ROLLS; roll++) {
                servers.add(new KillableServer("roll" + roll));
                ingress.put(slice("one", roll, servers.getLast().port()));
                String name = "roll" + roll;
                TestIngress.await(() -> heard.contains(name));
                // At the same time, as a pod is told to end when its endpoint goes.
                ingress.api()
                        .remove(Kinds.ENDPOINT_SLICE, ObjectKey.of("default", "one-" + (roll - 1)));
                servers.removeFirst().close();
                // A request is tried three times, so it may not live through more rolls than that.
                int before = answered.get();
                TestIngress.await(() -> answered.get() > before + 3 * CLIENTS);
            }
            done.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        servers.getFirst().close();

        assertEquals(List.of(), failures);
        assertTrue(answered.get() > ROLLS * CLIENTS, "answered only " + answered.get());
    }

    private void ask(int port) {
        try (RawHttp http = new RawHttp(port)) {
            while (!done.get()) {
                RawHttp.Response answer = http.get("x", "/");
                if (answer.status() != 200) {
                    failures.add(answer.toString());
                }
                heard.add(answer.body());
                answered.incrementAndGet();
            }
        } catch (java.io.IOException e) {
            failures.add(e.toString());
        }
    }
}
