package kat.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdKeysTest {

    /// Plurals that two groups have; objects of the second lie in no store of these servers.
    private static final List<String> ELSEWHERE =
            List.of("events.events.k8s.io", "pods.metrics.k8s.io", "nodes.metrics.k8s.io");

    private final EtcdKeys keys = new EtcdKeys();

    @ParameterizedTest
    @CsvSource({
        "pods/ns/pod1, pods/ns/pod1",
        "services/ns/service1, services/specs/ns/service1",
        "endpoints/ns/ep1name, services/endpoints/ns/ep1name",
        "nodes/node1, minions/node1",
        "replicationcontrollers/ns/rc1, controllers/ns/rc1",
        "events/ns/event1, events/ns/event1",
        "deployments.apps/ns/deployment4, deployments/ns/deployment4",
        "ingresses.networking.k8s.io/ns/ingress3, ingress/ns/ingress3",
        "ingressclasses.networking.k8s.io/ingressclass3, ingressclasses/ingressclass3",
        "leases.coordination.k8s.io/ns/leasev1, leases/ns/leasev1",
        "clusterroles.rbac.authorization.k8s.io/system:node, clusterroles/system:node",
        "ipaddresses.networking.k8s.io/192.168.2.3, ipaddresses/192.168.2.3",
        "flowschemas.flowcontrol.apiserver.k8s.io/fs-3, flowschemas/fs-3",
        "apiservices.apiregistration.k8s.io/v1.a.b, apiregistration.k8s.io/apiservices/v1.a.b",
        "customresourcedefinitions.apiextensions.k8s.io/foos.cr.bar.com,"
                + " apiextensions.k8s.io/customresourcedefinitions/foos.cr.bar.com",
        "foos.cr.bar.com/ns/cr1foo, cr.bar.com/foos/ns/cr1foo",
        "pants.custom.fancy.com/cr2pant, custom.fancy.com/pants/cr2pant",
        "deployments.apps.bar.com/ns/a.b, apps.bar.com/deployments/ns/a.b",
        "ranges/services, ranges/services",
        "masterleases/10.0.0.1:6443, masterleases/10.0.0.1:6443",
        "kat/cluster-keys, kat/cluster-keys"
    })
    void keysHaveOneNameInTheStoreAndOneInEtcd(String inStore, String inEtcd) {
        assertEquals(inEtcd, keys.toEtcd(inStore));
        assertEquals(inStore, keys.toStore(inEtcd));
    }

    @Test
    void noTwoKindsShareAFolder() {
        Set<String> folders = new HashSet<>();
        Set<String> resources = new HashSet<>();
        for (Kind kind : Kinds.builtIn().all()) {
            String resource = kind.resource();
            if (resources.add(resource) && !ELSEWHERE.contains(resource)) {
                String folder = keys.toEtcd(resource + "/x");
                assertTrue(folders.add(folder), folder);
                assertEquals(resource + "/x", keys.toStore(folder));
            }
        }
        assertTrue(folders.size() > 60, "kinds: " + folders.size());
    }

    @Test
    void keysOfEarlierServersAreNobodys() {
        assertNull(keys.toStore("deployments.apps/ns/web"));
        assertNull(keys.toStore("clusterroles.rbac.authorization.k8s.io/admin"));
        assertNull(keys.toStore("no.objects"));
    }
}
