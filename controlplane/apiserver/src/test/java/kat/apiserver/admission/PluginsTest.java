package kat.apiserver.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.apiserver.auth.Deciders;
import kat.apiserver.auth.RbacAuthorizer;
import kat.apiserver.dynamic.DynamicAdmission;
import kat.apiserver.registry.Names;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Writer;
import kat.apiserver.webhook.WebhookClient;
import kat.base.Randomness;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.Test;

/// Which plug-ins there are, and which is asked first.
class PluginsTest {

    /// Those of Kubernetes 1.36 that are on by default and act on kinds served here, in its
    /// order. The three of certificates are one here.
    private static final List<String> KUBERNETES =
            List.of(
                    "NamespaceLifecycle",
                    "LimitRanger",
                    "ServiceAccount",
                    "NodeRestriction",
                    "TaintNodesByCondition",
                    "PodSecurity",
                    "Priority",
                    "DefaultTolerationSeconds",
                    "DefaultStorageClass",
                    "StorageObjectInUseProtection",
                    "PersistentVolumeClaimResize",
                    "RuntimeClass",
                    "CertificateGuards",
                    "DefaultIngressClass",
                    "PodTopologyLabels",
                    "PodResizeValidator");

    /// What Kubernetes checks where it stores objects, after all plug-ins.
    private static final List<String> OF_STORAGE =
            List.of(
                    "DeviceAdministrators",
                    "ClaimStatusRights",
                    "RoleEscalation",
                    "PolicyParameters");

    @Test
    void comeInKubernetesOrderAndThenWhatItChecksWhereItStores() {
        FakeTicker ticker = new FakeTicker(Instant.EPOCH);
        Randomness randomness = Randomness.seeded(1);
        MemoryStore store = new MemoryStore();
        Resources resources = new Resources(Kinds.builtIn());
        Reader reader = new Reader(store);
        try (RbacAuthorizer roles = new RbacAuthorizer(store, reader, resources);
                DynamicAdmission dynamic =
                        new DynamicAdmission(
                                new DynamicAdmission.Below(
                                        store,
                                        reader,
                                        resources,
                                        roles,
                                        new WebhookClient(reader, resources, ticker)),
                                new Metrics(),
                                ticker,
                                randomness)) {
            Plugins plugins =
                    Plugins.standard(
                            reader,
                            resources,
                            new Deciders(roles, roles),
                            new Writer.Clock(ticker, new Names(randomness)),
                            dynamic);

            List<String> names = plugins.names();

            assertEquals(KUBERNETES, names.subList(0, KUBERNETES.size()));
            assertEquals(OF_STORAGE, names.subList(KUBERNETES.size(), names.size()));
        }
    }
}
