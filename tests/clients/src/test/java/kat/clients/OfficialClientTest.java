package kat.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.VersionApi;
import io.kubernetes.client.openapi.models.CoreV1Event;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1DeleteOptions;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Preconditions;
import io.kubernetes.client.openapi.models.V1Scale;
import io.kubernetes.client.openapi.models.V1Status;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LiveCluster.Shared.class)
class OfficialClientTest {

    private LiveCluster cluster;
    private ApiClient client;
    private CoreV1Api core;
    private AppsV1Api apps;
    private String namespace;

    @BeforeEach
    void inANamespaceOfItsOwn(LiveCluster shared) throws Exception {
        cluster = shared;
        client = Config.fromConfig(shared.kubeconfig().toString());
        core = new CoreV1Api(client);
        apps = new AppsV1Api(client);
        namespace = shared.name("official");
        core.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(namespace)))
                .execute();
    }

    private V1ConfigMap configMap(String name, Map<String, String> data) {
        return new V1ConfigMap().metadata(new V1ObjectMeta().name(name)).data(data);
    }

    private V1ConfigMap created(String name) throws ApiException {
        return core.createNamespacedConfigMap(namespace, configMap(name, Map.of("a", "1")))
                .execute();
    }

    /// This client sends an empty overhead unless told not to, which Kubernetes refuses, too.
    private static V1PodSpec podSpec() {
        return new V1PodSpec()
                .overhead(null)
                .addContainersItem(new V1Container().name("web").image("nginx:1.27"));
    }

    private V1Deployment deployment(String name) {
        Map<String, String> labels = Map.of("app", name);
        V1PodTemplateSpec template =
                new V1PodTemplateSpec().metadata(new V1ObjectMeta().labels(labels)).spec(podSpec());
        return new V1Deployment()
                .metadata(new V1ObjectMeta().name(name))
                .spec(
                        new V1DeploymentSpec()
                                .replicas(1)
                                .selector(new V1LabelSelector().matchLabels(labels))
                                .template(template));
    }

    @Test
    void createsReadsReplacesAndDeletes() throws Exception {
        V1ConfigMap made = created("plain");
        assertNotNull(made.getMetadata().getUid());

        made.putDataItem("b", "2");
        V1ConfigMap replaced = core.replaceNamespacedConfigMap("plain", namespace, made).execute();
        V1ConfigMap read = core.readNamespacedConfigMap("plain", namespace).execute();
        V1Status gone = core.deleteNamespacedConfigMap("plain", namespace).execute();

        assertEquals(replaced, read);
        assertEquals(Map.of("a", "1", "b", "2"), read.getData());
        assertEquals("Success", gone.getStatus());
        assertEquals("configmaps", gone.getDetails().getKind());
        assertEquals(
                404, failure(() -> core.readNamespacedConfigMap("plain", namespace).execute()));
    }

    @Test
    void listsInPagesThatBelongToOneMoment() throws Exception {
        for (int i = 0; i < 7; i++) {
            created("page-" + i);
        }

        List<String> names = new ArrayList<>();
        String next = null;
        int pages = 0;
        String version = null;
        do {
            V1ConfigMapList page =
                    core.listNamespacedConfigMap(namespace)
                            .limit(3)
                            .labelSelector("!absent")
                            ._continue(next)
                            .execute();
            if (pages++ == 0) {
                version = page.getMetadata().getResourceVersion();
                created("too-late");
            }
            assertEquals(version, page.getMetadata().getResourceVersion());
            page.getItems().forEach(each -> names.add(each.getMetadata().getName()));
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());

        names.remove("kube-root-ca.crt");
        assertEquals(7, names.size(), names.toString());
        assertTrue(pages >= 3);
    }

    @Test
    void watchesFromWhatWasListed() throws Exception {
        V1ConfigMapList list = core.listNamespacedConfigMap(namespace).execute();
        V1ConfigMap first = created("seen");
        first.putDataItem("a", "2");
        core.replaceNamespacedConfigMap("seen", namespace, first).execute();
        core.deleteNamespacedConfigMap("seen", namespace).execute();

        List<String> seen = new ArrayList<>();
        try (Watch<V1ConfigMap> watch =
                Watch.createWatch(
                        client,
                        core.listNamespacedConfigMap(namespace)
                                .fieldSelector("metadata.name=seen")
                                .resourceVersion(list.getMetadata().getResourceVersion())
                                .watch(true)
                                .timeoutSeconds(20)
                                .buildCall(null),
                        new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            while (seen.size() < 3) {
                Watch.Response<V1ConfigMap> event = watch.next();
                seen.add(event.type + " " + event.object.getData().get("a"));
            }
        }

        assertEquals(List.of("ADDED 1", "MODIFIED 2", "DELETED 2"), seen);
    }

    private V1ConfigMap patched(String format, String patch) throws ApiException {
        return PatchUtils.patch(
                V1ConfigMap.class,
                () ->
                        core.patchNamespacedConfigMap("patched", namespace, new V1Patch(patch))
                                .fieldManager(format.contains("apply") ? "java" : null)
                                .force(format.contains("apply") ? true : null)
                                .buildCall(null),
                format,
                client);
    }

    @Test
    void patchesInEveryForm() throws Exception {
        created("patched");

        patched(
                V1Patch.PATCH_FORMAT_JSON_PATCH,
                "[{\"op\":\"add\",\"path\":\"/data/json\",\"value\":\"p\"}]");
        patched(V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, "{\"data\":{\"merge\":\"m\",\"a\":null}}");
        patched(V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, "{\"data\":{\"strategic\":\"s\"}}");
        V1ConfigMap last =
                patched(
                        V1Patch.PATCH_FORMAT_APPLY_YAML,
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: patched},"
                                + " data: {apply: done}}");

        assertEquals(
                Map.of("json", "p", "merge", "m", "strategic", "s", "apply", "done"),
                last.getData());
    }

    @Test
    void tellsConflictsOfAppliedFields() throws Exception {
        created("patched");
        String body =
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: patched}, data: {a: other}}";
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () ->
                                PatchUtils.patch(
                                        V1ConfigMap.class,
                                        () ->
                                                core.patchNamespacedConfigMap(
                                                                "patched",
                                                                namespace,
                                                                new V1Patch(body))
                                                        .fieldManager("second")
                                                        .buildCall(null),
                                        V1Patch.PATCH_FORMAT_APPLY_YAML,
                                        client));

        assertEquals(409, refused.getCode());
        assertTrue(refused.getResponseBody().contains("FieldManagerConflict"));
    }

    @Test
    void storesNothingInADryRun() throws Exception {
        V1ConfigMap answer =
                core.createNamespacedConfigMap(namespace, configMap("dry", Map.of()))
                        .dryRun("All")
                        .execute();

        assertNotNull(answer.getMetadata().getUid());
        assertEquals(404, failure(() -> core.readNamespacedConfigMap("dry", namespace).execute()));
    }

    @Test
    void scalesThroughTheSubresourceAndReadsAStatus() throws Exception {
        apps.createNamespacedDeployment(namespace, deployment("web")).execute();

        V1Scale scale = apps.readNamespacedDeploymentScale("web", namespace).execute();
        scale.getSpec().setReplicas(3);
        scale.getMetadata().setResourceVersion(null);
        apps.replaceNamespacedDeploymentScale("web", namespace, scale).execute();

        Waiting.until(
                "three ready replicas",
                () -> {
                    V1Deployment now =
                            apps.readNamespacedDeploymentStatus("web", namespace).execute();
                    return now.getStatus() != null
                            && Integer.valueOf(3).equals(now.getStatus().getReadyReplicas());
                });
    }

    @Test
    void generatesNames() throws Exception {
        V1ConfigMap asked = new V1ConfigMap().metadata(new V1ObjectMeta().generateName("made-"));

        String name =
                core.createNamespacedConfigMap(namespace, asked).execute().getMetadata().getName();

        assertTrue(name.matches("made-[a-z0-9]{5}"), name);
    }

    @Test
    void holdsToPreconditionsAndPropagation() throws Exception {
        created("held");
        V1DeleteOptions other =
                new V1DeleteOptions().preconditions(new V1Preconditions().uid("another"));
        assertEquals(
                409,
                failure(
                        () ->
                                core.deleteNamespacedConfigMap("held", namespace)
                                        .body(other)
                                        .execute()));

        apps.createNamespacedDeployment(namespace, deployment("fore")).execute();
        apps.deleteNamespacedDeployment("fore", namespace)
                .propagationPolicy("Foreground")
                .execute();

        Waiting.until(
                "the deployment is gone",
                () ->
                        apps.listNamespacedDeployment(namespace).execute().getItems().isEmpty()
                                && apps.listNamespacedReplicaSet(namespace)
                                        .execute()
                                        .getItems()
                                        .isEmpty());
    }

    @Test
    void deletesCollections() throws Exception {
        for (int i = 0; i < 3; i++) {
            V1ConfigMap each = configMap("many-" + i, Map.of());
            each.getMetadata().putLabelsItem("many", "yes");
            core.createNamespacedConfigMap(namespace, each).execute();
        }

        core.deleteCollectionNamespacedConfigMap(namespace).labelSelector("many=yes").execute();

        assertTrue(
                core.listNamespacedConfigMap(namespace)
                        .labelSelector("many")
                        .execute()
                        .getItems()
                        .isEmpty());
    }

    @Test
    void recordsEvents() throws Exception {
        V1ConfigMap about = created("about");
        CoreV1Event event =
                new CoreV1Event()
                        .metadata(new V1ObjectMeta().generateName("about."))
                        .involvedObject(
                                new V1ObjectReference()
                                        .kind("ConfigMap")
                                        .namespace(namespace)
                                        .name("about")
                                        .uid(about.getMetadata().getUid()))
                        .reason("Seen")
                        .message("somebody looked")
                        .type("Normal");

        core.createNamespacedEvent(namespace, event).execute();

        assertEquals(
                1,
                core.listNamespacedEvent(namespace)
                        .fieldSelector("involvedObject.name=about,reason=Seen")
                        .execute()
                        .getItems()
                        .size());
    }

    @Test
    void isKnownByACertificateOrAToken() throws Exception {
        ApiClient byToken = Config.fromConfig(cluster.tokenKubeconfig().toString());
        ApiClient nobody = Config.fromToken(client.getBasePath(), "not-a-token", false);

        assertEquals("1", new VersionApi(byToken).getCode().execute().getMajor());
        assertEquals(401, failure(() -> new CoreV1Api(nobody).listNode().execute()));
    }

    @Test
    void seesEachErrorWithItsStatus() throws Exception {
        created("once");
        ApiException exists = assertThrows(ApiException.class, () -> created("once"));
        V1Pod empty =
                new V1Pod()
                        .metadata(new V1ObjectMeta().name("empty"))
                        .spec(new V1PodSpec().addContainersItem(new V1Container().name("Upper")));
        ApiException invalid =
                assertThrows(
                        ApiException.class,
                        () -> core.createNamespacedPod(namespace, empty).execute());
        V1ConfigMap stale = core.readNamespacedConfigMap("once", namespace).execute();
        stale.getMetadata().setResourceVersion("1");

        assertEquals(409, exists.getCode());
        assertTrue(exists.getResponseBody().contains("\"reason\":\"AlreadyExists\""));
        assertEquals(422, invalid.getCode());
        assertTrue(invalid.getResponseBody().contains("spec.containers[0].image"));
        assertEquals(
                409,
                failure(() -> core.replaceNamespacedConfigMap("once", namespace, stale).execute()));
        client.addDefaultHeader("Impersonate-User", "stranger");
        assertEquals(403, failure(() -> core.listNamespacedSecret(namespace).execute()));
    }

    @Test
    void readsLogsOfNoRealContainerAsARefusal() throws Exception {
        V1Pod pod = new V1Pod().metadata(new V1ObjectMeta().name("quiet")).spec(podSpec());
        core.createNamespacedPod(namespace, pod).execute();
        Waiting.until(
                "the pod runs",
                () ->
                        "Running"
                                .equals(
                                        core.readNamespacedPod("quiet", namespace)
                                                .execute()
                                                .getStatus()
                                                .getPhase()));

        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () -> core.readNamespacedPodLog("quiet", namespace).execute());

        assertTrue(refused.getCode() >= 400 && refused.getCode() < 500, refused.getMessage());
        assertTrue(new String(refused.getResponseBody().getBytes(UTF_8), UTF_8).contains("Status"));
    }

    private interface Call {
        Object run() throws ApiException;
    }

    private static int failure(Call call) {
        return assertThrows(ApiException.class, call::run).getCode();
    }
}
