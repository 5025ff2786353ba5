package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LiveCluster.Shared.class)
class Fabric8Test {

    private static final int SECONDS = 30;
    private static final String DEFINITION =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.fabric8.example.com}
            spec:
              group: fabric8.example.com
              scope: Namespaced
              names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties: {size: {type: integer, minimum: 1}}
                      status:
                        type: object
                        properties: {size: {type: integer}}
            """;

    private LiveCluster cluster;
    private KubernetesClient client;
    private String namespace;

    @BeforeEach
    void inANamespaceOfItsOwn(LiveCluster shared) throws Exception {
        cluster = shared;
        Config config = Config.fromKubeconfig(Files.readString(shared.kubeconfig()));
        client = new KubernetesClientBuilder().withConfig(config).build();
        namespace = shared.name("fabric8");
        client.namespaces()
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .addToData("a", value)
                .build();
    }

    @Test
    void createsEditsAndDeletes() {
        client.resource(configMap("plain", "1")).create();
        client.configMaps()
                .inNamespace(namespace)
                .withName("plain")
                .edit(each -> new ConfigMapBuilder(each).addToData("b", "2").build());

        ConfigMap read = client.configMaps().inNamespace(namespace).withName("plain").get();
        assertEquals(Map.of("a", "1", "b", "2"), read.getData());
        client.resource(read).delete();

        assertNull(client.configMaps().inNamespace(namespace).withName("plain").get());
    }

    @Test
    void appliesFromTheServersSide() {
        client.resource(configMap("applied", "1")).serverSideApply();
        ConfigMap again = client.resource(configMap("applied", "2")).serverSideApply();

        assertEquals("2", again.getData().get("a"));
        assertEquals("Apply", again.getMetadata().getManagedFields().getFirst().getOperation());
        KubernetesClientException conflict =
                assertThrows(
                        KubernetesClientException.class,
                        () ->
                                client.resource(configMap("applied", "3"))
                                        .fieldManager("other")
                                        .serverSideApply());
        assertEquals(409, conflict.getCode());
    }

    @Test
    void controllersWriteUnderOneNameAndTellEventsUnderTheirOwn() {
        Pod lone =
                new PodBuilder()
                        .withNewMetadata()
                        .withName("lone")
                        .withNamespace(namespace)
                        .addToLabels("app", "lone")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("example.org/app:1")
                        .endContainer()
                        .endSpec()
                        .build();
        client.resource(lone).create();
        PodDisruptionBudget budget =
                new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("lone")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withMaxUnavailable(new IntOrString("50%"))
                        .withNewSelector()
                        .addToMatchLabels("app", "lone")
                        .endSelector()
                        .endSpec()
                        .build();
        client.resource(budget).create();

        PodDisruptionBudget told =
                client.resource(budget)
                        .waitUntilCondition(Fabric8Test::judged, SECONDS, TimeUnit.SECONDS);
        assertEquals(
                "kube-controller-manager",
                told.getMetadata().getManagedFields().getLast().getManager());
        Event event =
                client.v1()
                        .events()
                        .inNamespace(namespace)
                        .withField("involvedObject.kind", "PodDisruptionBudget")
                        .waitUntilCondition(Objects::nonNull, SECONDS, TimeUnit.SECONDS);
        assertEquals("controllermanager", event.getSource().getComponent(), event.getMessage());
    }

    /** Whether the controller has looked at a budget: the server itself tells its counts as 0. */
    private static boolean judged(PodDisruptionBudget budget) {
        return budget != null
                && budget.getStatus() != null
                && budget.getStatus().getObservedGeneration() != null;
    }

    @Test
    void patchesInEveryForm() {
        client.resource(configMap("patched", "1")).create();
        var patched = client.configMaps().inNamespace(namespace).withName("patched");

        patched.patch(
                PatchContext.of(PatchType.JSON),
                "[{\"op\":\"add\",\"path\":\"/data/json\",\"value\":\"p\"}]");
        patched.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"merge\":\"m\"}}");
        ConfigMap last =
                patched.patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        "{\"data\":{\"strategic\":\"s\"}}");

        assertEquals(Map.of("a", "1", "json", "p", "merge", "m", "strategic", "s"), last.getData());
    }

    @Test
    void followsAnInformerWithItsIndexes() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        client.resource(configMap("before", "1")).create();
        SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace(namespace).inform(recordingInto(seen));
        try {
            informer.stopped();
            client.resource(configMap("after", "1")).create();
            client.resource(configMap("after", "2")).update();
            client.resource(configMap("after", "2")).delete();

            Waiting.until(
                    "the informer saw every change",
                    () ->
                            seen.containsAll(
                                    List.of(
                                            "added before 1",
                                            "added after 1",
                                            "updated after 2",
                                            "deleted after 2")));
            assertTrue(informer.hasSynced());
            assertNotNull(informer.getIndexer().getByKey(namespace + "/before"));
        } finally {
            informer.stop();
        }
    }

    private static ResourceEventHandler<ConfigMap> recordingInto(BlockingQueue<String> seen) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap each) {
                seen.add("added " + text(each));
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap after) {
                seen.add("updated " + text(after));
            }

            @Override
            public void onDelete(ConfigMap each, boolean finalStateUnknown) {
                seen.add("deleted " + text(each));
            }

            private String text(ConfigMap each) {
                return each.getMetadata().getName() + " " + each.getData().get("a");
            }
        };
    }

    @Test
    void watches() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Watcher<ConfigMap> watcher =
                new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, ConfigMap object) {
                        seen.add(action + " " + object.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        seen.add("closed");
                    }
                };
        Watch watch = client.configMaps().inNamespace(namespace).withName("seen").watch(watcher);
        client.resource(configMap("seen", "1")).create();

        assertEquals("ADDED seen", seen.poll(SECONDS, TimeUnit.SECONDS));
        watch.close();
    }

    @Test
    void usesCustomResourcesAsAnyOther() throws Exception {
        client.load(stream(DEFINITION)).create();
        var widgets =
                client.genericKubernetesResources(
                        new ResourceDefinitionContext.Builder()
                                .withGroup("fabric8.example.com")
                                .withVersion("v1")
                                .withKind("Widget")
                                .withPlural("widgets")
                                .withNamespaced(true)
                                .build());
        Waiting.until("widgets are served", () -> served(() -> widgets.list()));
        String widget =
                """
                apiVersion: fabric8.example.com/v1
                kind: Widget
                metadata: {name: w, namespace: %s}
                spec: {size: %d}
                """;
        client.resource(widget.formatted(namespace, 2)).create();

        KubernetesClientException invalid =
                assertThrows(
                        KubernetesClientException.class,
                        () ->
                                client.resource(widget.formatted(namespace, 0))
                                        .forceConflicts()
                                        .serverSideApply());
        GenericKubernetesResource read = widgets.inNamespace(namespace).withName("w").get();
        read.setAdditionalProperty("status", Map.of("size", 2));
        GenericKubernetesResource told = client.resource(read).updateStatus();

        assertEquals(422, invalid.getCode());
        assertTrue(invalid.getMessage().contains("greater than or equal to 1"));
        assertEquals((Object) 2, told.get("status", "size"));
        client.load(stream(DEFINITION)).delete();
    }

    private interface Call {
        Object run();
    }

    private static boolean served(Call call) {
        try {
            call.run();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static java.io.InputStream stream(String text) {
        return new java.io.ByteArrayInputStream(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void scalesRollsAndWaits() {
        Map<String, String> labels = Map.of("app", "web");
        Deployment deployment =
                new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .withMatchLabels(labels)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("web")
                        .withImage("nginx:1.27")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build();
        client.resource(deployment).create();
        var web = client.apps().deployments().inNamespace(namespace).withName("web");

        web.scale(3);
        web.waitUntilReady(SECONDS, TimeUnit.SECONDS);
        web.rolling().restart();
        web.waitUntilCondition(
                each ->
                        each.getStatus()
                                        .getObservedGeneration()
                                        .equals(each.getMetadata().getGeneration())
                                && Integer.valueOf(3).equals(each.getStatus().getUpdatedReplicas())
                                && Integer.valueOf(3).equals(each.getStatus().getReplicas()),
                SECONDS,
                TimeUnit.SECONDS);
    }

    @Test
    void electsALeader() throws Exception {
        CompletableFuture<Void> leading = new CompletableFuture<>();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        LeaderCallbacks callbacks =
                new LeaderCallbacks(
                        () -> leading.complete(null), () -> stopped.complete(null), _ -> {});
        CompletableFuture<?> election =
                client.leaderElector()
                        .withConfig(
                                new LeaderElectionConfigBuilder()
                                        .withName("test")
                                        .withLeaseDuration(Duration.ofSeconds(15))
                                        .withRenewDeadline(Duration.ofSeconds(10))
                                        .withRetryPeriod(Duration.ofMillis(200))
                                        .withReleaseOnCancel(true)
                                        .withLock(new LeaseLock(namespace, "leader", "me"))
                                        .withLeaderCallbacks(callbacks)
                                        .build())
                        .build()
                        .start();

        leading.get(SECONDS, TimeUnit.SECONDS);
        assertEquals("me", holder());
        election.cancel(true);
        stopped.get(SECONDS, TimeUnit.SECONDS);

        Waiting.until("the lease is released", () -> !"me".equals(holder()));
    }

    private String holder() {
        return client.leases()
                .inNamespace(namespace)
                .withName("leader")
                .get()
                .getSpec()
                .getHolderIdentity();
    }

    @Test
    void storesNothingInADryRunAndTellsFaults() {
        client.resource(configMap("dry", "1")).dryRun().create();
        Pod bad =
                new PodBuilder()
                        .withNewMetadata()
                        .withName("bad")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("Not_A_Label")
                        .withImage("i")
                        .endContainer()
                        .endSpec()
                        .build();
        KubernetesClientException invalid =
                assertThrows(KubernetesClientException.class, () -> client.resource(bad).create());

        assertNull(client.configMaps().inNamespace(namespace).withName("dry").get());
        assertEquals(422, invalid.getCode());
        assertEquals("Invalid", invalid.getStatus().getReason());
        assertEquals(
                "spec.containers[0].name",
                invalid.getStatus().getDetails().getCauses().getFirst().getField());
    }

    @Test
    void isKnownByItsToken() throws Exception {
        Config config = Config.fromKubeconfig(Files.readString(cluster.tokenKubeconfig()));
        try (KubernetesClient byToken = new KubernetesClientBuilder().withConfig(config).build()) {
            assertEquals(2, byToken.nodes().list().getItems().size());
            assertEquals("36", byToken.getKubernetesVersion().getMinor());
        }
    }
}
