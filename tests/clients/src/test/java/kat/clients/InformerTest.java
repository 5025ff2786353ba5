package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.StringReader;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Informers whose connection breaks and whose place in history is compacted meanwhile: they are
/// told 410, list again and agree with the server.
class InformerTest {

    private BareServer server;
    private Relay relay;
    private ApiClient direct;

    @BeforeEach
    void start() throws Exception {
        server = new BareServer();
        relay = new Relay(server.server().address());
        direct = official(server.kubeconfig());
    }

    @AfterEach
    void stop() throws Exception {
        relay.close();
        server.close();
    }

    private static ApiClient official(String kubeconfig) throws Exception {
        return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(kubeconfig)))
                .build();
    }

    private String throughTheRelay() {
        String port = ":" + server.server().address().getPort();
        return server.kubeconfig().replace(port, ":" + relay.port());
    }

    private void create(String name) throws ApiException {
        V1ConfigMap body = new V1ConfigMap().metadata(new V1ObjectMeta().name(name));
        new CoreV1Api(direct)
                .createNamespacedConfigMap("default", body.data(Map.of("a", "1")))
                .execute();
    }

    private void changeBehindACutNetwork() throws Exception {
        relay.cut();
        CoreV1Api core = new CoreV1Api(direct);
        core.deleteNamespacedConfigMap("old", "default").execute();
        for (int i = 0; i < 5; i++) {
            create("new-" + i);
        }
        server.store().compact(server.store().revision());
        relay.mend();
    }

    private static final TreeSet<String> AFTERWARDS =
            new TreeSet<>(java.util.List.of("new-0", "new-1", "new-2", "new-3", "new-4"));

    @Test
    void theOfficialClientsListsAgain() throws Exception {
        create("old");
        ApiClient client = official(throughTheRelay());
        client.setReadTimeout(0);
        CoreV1Api core = new CoreV1Api(client);
        SharedInformerFactory factory = new SharedInformerFactory(client);
        SharedIndexInformer<V1ConfigMap> informer =
                factory.sharedIndexInformerFor(
                        (CallGeneratorParams params) ->
                                core.listNamespacedConfigMap("default")
                                        .resourceVersion(params.resourceVersion)
                                        .timeoutSeconds(params.timeoutSeconds)
                                        .watch(params.watch)
                                        .buildCall(null),
                        V1ConfigMap.class,
                        V1ConfigMapList.class);
        factory.startAllRegisteredInformers();
        Waiting.until("synced", informer::hasSynced);

        changeBehindACutNetwork();

        Waiting.until(
                "the informer agrees",
                () ->
                        AFTERWARDS.equals(
                                informer.getIndexer().list().stream()
                                        .map(each -> each.getMetadata().getName())
                                        .filter(name -> !name.startsWith("kube-"))
                                        .collect(Collectors.toCollection(TreeSet::new))));
        factory.stopAllRegisteredInformers();
    }

    @Test
    void fabric8sListsAgain() throws Exception {
        create("old");
        Config config = Config.fromKubeconfig(throughTheRelay());
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
            io.fabric8.kubernetes.client.informers.SharedIndexInformer<ConfigMap> informer =
                    client.configMaps().inNamespace("default").runnableInformer(0).run();

            changeBehindACutNetwork();

            Waiting.until(
                    "the informer agrees",
                    () ->
                            AFTERWARDS.equals(
                                    informer.getIndexer().list().stream()
                                            .map(each -> each.getMetadata().getName())
                                            .filter(name -> !name.startsWith("kube-"))
                                            .collect(Collectors.toCollection(TreeSet::new))));
            ConfigMap late =
                    new ConfigMapBuilder().withNewMetadata().withName("late").endMetadata().build();
            client.configMaps().inNamespace("default").resource(late).create();
            Waiting.until(
                    "the new watch goes on",
                    () -> informer.getIndexer().getByKey("default/late") != null);
            assertEquals(6, informer.getIndexer().list().size());
            informer.stop();
        }
    }
}
