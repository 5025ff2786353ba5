package kat.controllers.servicecidr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.Plan;
import kat.client.testing.MemoryCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceAddressesTest {

    private static final String SERVICE =
            "{metadata: {name: %s, namespace: default}, spec: {clusterIPs: [10.96.0.9]}}";
    private static final String ADDRESS =
            "{metadata: {name: 10.96.0.9, labels: {ipaddress.kubernetes.io/managed-by: %s,"
                    + " ipaddress.kubernetes.io/ip-family: IPv4}}, spec: {parentRef: {resource: %s,"
                    + " namespace: default, name: %s}}}";
    private static final String OURS = "ipallocator.k8s.io";
    private static final Duration MINUTE = Duration.ofSeconds(61);

    private final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"),
                    new ServiceAddresses(),
                    new LeakedAddresses());

    private void service(String name) {
        create(Kinds.SERVICE, SERVICE.formatted(name));
    }

    private KubeObject address(String manager, String resource, String name) {
        return create(Kinds.IP_ADDRESS, ADDRESS.formatted(manager, resource, name));
    }

    private KubeObject create(Kind kind, String yaml) {
        return cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }

    private @Nullable KubeObject address() {
        return cluster.get(Kinds.IP_ADDRESS, ObjectKey.of("", "10.96.0.9"));
    }

    private void settleLater() {
        cluster.settle();
        cluster.advance(MINUTE);
        cluster.settle();
    }

    private String parent() {
        KubeObject address = address();
        assertNotNull(address);
        return address.spec().object("parentRef").string("name");
    }

    @Test
    void makesAnAddressThatIsMissing() {
        service("web");

        settleLater();

        assertEquals("web", parent());
    }

    @Test
    void givesANewServiceTimeToShowItsAddress() {
        service("web");

        cluster.settle();

        assertNull(address());
    }

    @Test
    void makesNoneForAServiceThatWentMeanwhile() {
        service("web");
        cluster.advance(MINUTE);
        ObjectKey web = ObjectKey.of("default", "web");
        Plan plan = new ServiceAddresses().reconcile(cluster, web, cluster.now());

        KubeObject going = cluster.get(Kinds.SERVICE, web);
        assertNotNull(going);
        cluster.delete(Kinds.SERVICE, going);
        cluster.run(plan);

        assertNull(address());
    }

    @Test
    void leavesAnAddressThatIsRight() {
        service("web");
        KubeObject before = address(OURS, "services", "web");

        settleLater();

        KubeObject after = address();
        assertTrue(after != null && after.uid().equals(before.uid()));
        assertTrue(cluster.messages().isEmpty(), () -> cluster.messages().toString());
    }

    @Test
    void makesAnewWhatNamesSomethingElse() {
        address("somebody", "gates", "web");
        service("web");

        settleLater();

        KubeObject after = address();
        assertNotNull(after);
        assertTrue(ServiceAddresses.namesService(after) && ServiceAddresses.isManaged(after));
    }

    @Test
    void makesAnewWhatLacksItsLabels() {
        service("web");
        KubeObject before = address("somebody", "services", "web");

        settleLater();

        KubeObject after = address();
        assertNotNull(after);
        assertNotEquals(before.uid(), after.uid());
        assertTrue(ServiceAddresses.isManaged(after));
    }

    @Test
    void tellsThatTwoServicesHaveOneAddress() {
        address(OURS, "services", "first");
        service("first");
        service("second");

        settleLater();

        assertEquals("first", parent());
        assertTrue(
                cluster.messages().stream()
                        .anyMatch(each -> each.contains("was assigned to multiple services")),
                () -> cluster.messages().toString());
    }

    @Test
    void removesTheAddressOfAServiceThatNeverCame() {
        address(OURS, "services", "web");
        cluster.settle();
        KubeObject young = address();

        cluster.advance(MINUTE);
        cluster.settle();

        assertNotNull(young);
        assertNull(address());
    }

    @Test
    void removesTheAddressOfAServiceThatHasAnother() {
        create(Kinds.SERVICE, SERVICE.formatted("web").replace("10.96.0.9", "10.96.0.8"));
        address(OURS, "services", "web");

        settleLater();

        assertNull(address());
    }

    private KubeObject found(Kind kind, ObjectKey key) {
        KubeObject found = cluster.get(kind, key);
        assertNotNull(found);
        return found;
    }

    @Test
    void removesTheAddressThatAServiceHasNoLonger() {
        ObjectKey web = ObjectKey.of("default", "web");
        service("web");
        address(OURS, "services", "web");
        settleLater();

        JsonObject other = found(Kinds.SERVICE, web).tree().withoutAt("spec", "clusterIPs");
        other = other.withAt(Json.of("ExternalName"), "spec", "type");
        cluster.update(Kinds.SERVICE, new KubeObject(other), "");
        cluster.settle();

        assertNull(address());
    }

    @Test
    void removesTheAddressThatItsServiceLeftBehind() {
        ObjectKey web = ObjectKey.of("default", "web");
        service("web");
        address(OURS, "services", "web");
        settleLater();

        cluster.delete(Kinds.SERVICE, found(Kinds.SERVICE, web));
        cluster.settle();

        assertNull(address());
        assertEquals(1, cluster.messages().size(), () -> cluster.messages().toString());
    }

    @Test
    void tellsNothingOfAnAddressThatWentMeanwhile() {
        KubeObject before = address(OURS, "services", "web");
        cluster.advance(MINUTE);
        Plan plan = new LeakedAddresses().reconcile(cluster, before.key(), cluster.now());

        cluster.delete(Kinds.IP_ADDRESS, before);
        cluster.run(plan);

        assertNotEquals(Plan.NOTHING, plan);
        assertTrue(cluster.messages().isEmpty(), () -> cluster.messages().toString());
    }

    @Test
    void removesWhatSaysToBeAServicesAndNamesNone() {
        address(OURS, "gates", "web");

        cluster.settle();

        assertNull(address());
    }

    @Test
    void leavesTheAddressesOfOthers() {
        address("somebody", "services", "web");

        settleLater();

        assertNotNull(address());
    }
}
