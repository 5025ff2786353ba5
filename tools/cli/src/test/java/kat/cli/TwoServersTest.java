package kat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.client.ListQuery;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.etcd.testing.EtcdProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers as processes of their own on one etcd, of which one is killed.
class TwoServersTest {

    private static final Kind DEPLOYMENT = Kinds.builtIn().require("apps/v1", "Deployment");

    private static final ObjectKey CONTROLLERS =
            new ObjectKey("kube-system", "kube-controller-manager");
    private static final ObjectKey SCHEDULER = new ObjectKey("kube-system", "kube-scheduler");

    @TempDir private Path folder;
    private EtcdProcess etcd;
    private final List<KatProcess> servers = new ArrayList<>();
    private final List<String> ports = new ArrayList<>();

    @BeforeEach
    void startEtcd() throws IOException {
        assumeTrue(EtcdProcess.program() != null, "needs etcd: apt-get install etcd-server");
        etcd = EtcdProcess.start(folder.resolve("etcd"), new SystemTicker());
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException {
        for (KatProcess server : servers) {
            int unused = server.run("delete");
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    /// A server that is up, and the API through it.
    private Transport up(String name) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        KatProcess kat = KatProcess.in(own);
        shareKeys(kat);
        servers.add(kat);
        String port = OwnApi.freePort();
        ports.add(port);
        int exit =
                kat.run(
                        "up",
                        "--simulated-nodes",
                        "1",
                        "--api-port",
                        port,
                        "--store",
                        "etcd",
                        "--etcd-endpoints",
                        etcd.endpoint().toString());
        assertEquals(0, exit, kat.said());
        return OwnApi.transport(kat.cluster().resolve("pki"), port);
    }

    /// What every server of a cluster must have.
    private void shareKeys(KatProcess to) throws IOException {
        if (servers.isEmpty()) {
            return;
        }
        Path from = servers.getFirst().cluster().resolve("pki");
        Path pki = Files.createDirectories(to.cluster().resolve("pki"));
        for (String name : List.of("ca", "front-proxy-ca")) {
            Files.copy(from.resolve(name + ".crt"), pki.resolve(name + ".crt"));
            Files.copy(from.resolve(name + ".key"), pki.resolve(name + ".key"));
        }
        Files.copy(from.resolve("sa.pub"), pki.resolve("sa.pub"));
        Files.copy(from.resolve("sa.key"), pki.resolve("sa.key"));
    }

    @Test
    void nothingThatWasAcknowledgedIsLostWithAServerAndTheOtherGoesOn() throws Exception {
        Transport first = up("first");
        Transport second = up("second");
        create(first, DEPLOYMENT, deployment("before", 3));
        KatProcess.await("pods run", () -> ready(second, "before") == 3);
        servicesOfBothDiffer(first, second);
        KatProcess.await(
                "both are named",
                () ->
                        namedPorts(second).size() == ports.size()
                                && namedPorts(second).containsAll(ports));
        AtomicBoolean isKilled = new AtomicBoolean();
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            String prefix = "c" + w + "-";
            writers.add(
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            write(
                                                    prefix,
                                                    List.of(first, second),
                                                    isKilled,
                                                    acknowledged)));
        }
        KatProcess.await("writes", () -> acknowledged.size() > 100);
        List<String> leaders = List.of(holder(second, CONTROLLERS), holder(second, SCHEDULER));

        Path pid = servers.getFirst().cluster().resolve("run/pid");
        ProcessHandle killed =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        assertTrue(killed.destroyForcibly());
        KatProcess.await("the end of the first", () -> !killed.isAlive());
        isKilled.set(true);
        for (Thread writer : writers) {
            writer.join();
        }

        Set<String> there = new HashSet<>();
        for (KubeObject map : second.list(Kinds.CONFIG_MAP, ListQuery.ALL).items()) {
            there.add(map.name());
        }
        assertTrue(there.containsAll(acknowledged), "acknowledged writes are there");
        create(second, DEPLOYMENT, deployment("after", 2));
        KatProcess.await("the other's controllers", () -> ready(second, "after") == 2);
        KatProcess.await(
                "the other alone is named",
                () -> namedPorts(second).equals(List.of(ports.getLast())));
        for (ObjectKey key : List.of(CONTROLLERS, SCHEDULER)) {
            KubeObject lease = second.get(Kinds.LEASE, key);
            assertEquals(1, lease.spec().integer("leaseTransitions", 0), key.name());
            assertFalse(leaders.contains(holder(second, key)), key.name());
        }
        create(second, Kinds.POD, pod("late"));
        KatProcess.await("the other's scheduler", () -> isScheduled(second, "late"));
    }

    private static String holder(Transport through, ObjectKey lease) {
        return through.get(Kinds.LEASE, lease).spec().string("holderIdentity");
    }

    private static boolean isScheduled(Transport through, String pod) {
        KubeObject found = through.get(Kinds.POD, new ObjectKey("default", pod));
        return !found.spec().string("nodeName").isEmpty();
    }

    /// The ports under which the Service `kubernetes` finds servers, where both kinds of
    /// objects say the same.
    private static List<String> namedPorts(Transport through) {
        List<String> ports = new ArrayList<>();
        KubeObject endpoints = through.get(Kinds.ENDPOINTS, new ObjectKey("default", "kubernetes"));
        for (JsonObject subset : endpoints.tree().array("subsets").objects()) {
            ports.add(port(subset));
        }
        List<String> sliced = new ArrayList<>();
        for (KubeObject slice : through.list(Kinds.ENDPOINT_SLICE, ListQuery.ALL).items()) {
            if (slice.label("kubernetes.io/service-name").equals("kubernetes")) {
                sliced.add(port(slice.tree()));
            }
        }
        return Set.copyOf(ports).equals(Set.copyOf(sliced)) ? ports : List.of();
    }

    private static String port(JsonObject holder) {
        return Long.toString(holder.array("ports").objects().getFirst().integer("port", 0));
    }

    /// Creates objects through the servers by turns until some time after one was killed.
    private static void write(
            String prefix, List<Transport> through, AtomicBoolean isKilled, Set<String> told) {
        int left = 20;
        for (int i = 0; left > 0; i++) {
            if (isKilled.get()) {
                left--;
            }
            String name = prefix + i;
            try {
                create(
                        through.get(i % through.size()),
                        Kinds.CONFIG_MAP,
                        named("v1", "ConfigMap", name));
                told.add(name);
            } catch (StatusException e) {
                assertFalse(e.is("AlreadyExists"), "each name is written once");
            }
        }
    }

    /// Two servers that give out addresses at once give no address twice.
    private static void servicesOfBothDiffer(Transport first, Transport second)
            throws InterruptedException {
        List<Thread> creators = new ArrayList<>();
        for (Transport through : List.of(first, second)) {
            String prefix = through == first ? "one-" : "two-";
            creators.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 10; i++) {
                                            create(through, Kinds.SERVICE, service(prefix + i));
                                        }
                                    }));
        }
        for (Thread creator : creators) {
            creator.join();
        }
        Set<String> addresses = new HashSet<>();
        Set<Long> ports = new HashSet<>();
        for (KubeObject each : second.list(Kinds.SERVICE, ListQuery.ALL).items()) {
            if (!each.name().equals("kubernetes")) {
                addresses.add(each.spec().string("clusterIP"));
                ports.add(each.spec().array("ports").objects().getFirst().integer("nodePort", 0));
            }
        }
        assertEquals(20, addresses.size());
        assertEquals(20, ports.size());
    }

    private static void create(Transport through, Kind kind, JsonObject object) {
        var unused = through.create(kind, new KubeObject(object), WriteOptions.NONE);
    }

    private static int ready(Transport through, String deployment) {
        KubeObject found = through.get(DEPLOYMENT, new ObjectKey("default", deployment));
        return (int) found.status().integer("readyReplicas", 0);
    }

    private static JsonObject named(String version, String kind, String name) {
        return JsonObject.builder()
                .put("apiVersion", version)
                .put("kind", kind)
                .build()
                .withAt(Json.of(name), "metadata", "name")
                .withAt(Json.of("default"), "metadata", "namespace");
    }

    private static JsonObject deployment(String name, int replicas) {
        JsonObject spec =
                (JsonObject)
                        Json.parse(
                                """
                                {"selector": {"matchLabels": {"app": "NAME"}},
                                 "template": {"metadata": {"labels": {"app": "NAME"}},
                                   "spec": {"containers": [{"name": "c", "image": "i"}]}}}
                                """
                                        .replace("NAME", name)
                                        .getBytes(UTF_8));
        return named("apps/v1", "Deployment", name).with("spec", spec.with("replicas", replicas));
    }

    private static JsonObject pod(String name) {
        String spec = "{\"containers\": [{\"name\": \"c\", \"image\": \"i\"}]}";
        return named("v1", "Pod", name).with("spec", Json.parse(spec.getBytes(UTF_8)));
    }

    private static JsonObject service(String name) {
        String spec = "{\"type\": \"NodePort\", \"ports\": [{\"port\": 80}]}";
        return named("v1", "Service", name).with("spec", Json.parse(spec.getBytes(UTF_8)));
    }
}
