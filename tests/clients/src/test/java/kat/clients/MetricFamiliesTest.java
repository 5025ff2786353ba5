package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1LabelSelector;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1ReplicaSet;
import io.kubernetes.client.openapi.models.V1ReplicaSetSpec;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What `/metrics` of a cluster that works tells, beside `kubernetes-metrics.tsv`: name, type,
/// labels and ranges of every metric of Kubernetes 1.36.3, as it documents and tells them.
@ExtendWith(LiveCluster.Shared.class)
class MetricFamiliesTest {

    private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)\\})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> SUFFIXES = List.of("_bucket", "_sum", "_count");

    /// Of KAT itself and of ingress-nginx, whose metrics the Ingress part has.
    private static final Pattern OTHERS = Pattern.compile("(kat|nginx_ingress_controller)_.*");

    private ApiClient client;
    private Map<String, Family> told;

    /// One metric.
    private record Family(String type, Set<String> labels, Set<Double> bounds) {

        static Family of(String type) {
            return new Family(type, new TreeSet<>(), new TreeSet<>());
        }
    }

    @BeforeEach
    void aClusterThatWorks(LiveCluster cluster) throws Exception {
        client = Config.fromConfig(cluster.kubeconfig().toString());
        V1ConfigMap map = new V1ConfigMap().metadata(new V1ObjectMeta().generateName("counted-"));
        new CoreV1Api(client).createNamespacedConfigMap("default", map).execute();
        ApiClient nobody =
                new ClientBuilder()
                        .setBasePath(client.getBasePath())
                        .setVerifyingSsl(false)
                        .build();
        String seen = get(client, "/api/v1/configmaps?watch=1&timeoutSeconds=1");
        assertTrue(seen.contains("ADDED"), seen);
        assertTrue(get(nobody, "/version").contains("gitVersion"));
        told = families(onceAPodWasBound());
    }

    private String onceAPodWasBound() throws IOException, ApiException {
        Map<String, String> labels = Map.of("app", "counted");
        V1PodTemplateSpec pods =
                new V1PodTemplateSpec()
                        .metadata(new V1ObjectMeta().labels(labels))
                        .spec(
                                new V1PodSpec()
                                        .addContainersItem(
                                                new V1Container().name("a").image("any:1")));
        V1ReplicaSet set =
                new V1ReplicaSet()
                        .metadata(new V1ObjectMeta().generateName("counted-"))
                        .spec(
                                new V1ReplicaSetSpec()
                                        .replicas(1)
                                        .selector(new V1LabelSelector().matchLabels(labels))
                                        .template(pods));
        AppsV1Api apps = new AppsV1Api(client);
        V1ReplicaSet made = apps.createNamespacedReplicaSet("default", set).execute();
        long end = System.nanoTime() + PATIENCE.toNanos();
        String text = get(client, "/metrics");
        while (!text.contains("\nscheduler_pod_scheduling_sli_duration_seconds_count")) {
            assertTrue(end - System.nanoTime() > 0, "no pod was bound");
            text = get(client, "/metrics");
        }
        apps.deleteNamespacedReplicaSet(made.getMetadata().getName(), "default").execute();
        return text;
    }

    private static String get(ApiClient client, String path) throws IOException {
        Request request = new Request.Builder().url(client.getBasePath() + path).build();
        try (Response response = client.getHttpClient().newCall(request).execute()) {
            assertEquals(200, response.code());
            return response.body().string();
        }
    }

    private static Map<String, Family> families(String text) {
        Map<String, Family> families = new TreeMap<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] parts = line.split(" ", -1);
                families.put(parts[2], Family.of(parts[3]));
            } else if (!line.startsWith("#")) {
                Matcher sample = SAMPLE.matcher(line);
                assertTrue(sample.matches(), line);
                Family family = families.get(name(sample.group(1), families));
                labels(Objects.requireNonNullElse(sample.group(2), ""), family);
            }
        }
        return families;
    }

    private static String name(String sample, Map<String, Family> families) {
        return SUFFIXES.stream()
                .filter(sample::endsWith)
                .map(suffix -> sample.substring(0, sample.length() - suffix.length()))
                .filter(families::containsKey)
                .findFirst()
                .orElse(sample);
    }

    private static void labels(String text, Family family) {
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            if (!label.group(1).equals("le")) {
                family.labels().add(label.group(1));
            } else if (!label.group(2).equals("+Inf")) {
                family.bounds().add(Double.parseDouble(label.group(2)));
            }
        }
    }

    private static Map<String, Family> kubernetes() throws IOException {
        Map<String, Family> families = new TreeMap<>();
        for (String[] parts : table("/kubernetes-metrics.tsv")) {
            Family family = Family.of(parts[1]);
            family.labels().addAll(list(parts[2]));
            list(parts[3]).forEach(bound -> family.bounds().add(Double.parseDouble(bound)));
            families.put(parts[0], family);
        }
        return families;
    }

    private static List<String[]> table(String name) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                MetricFamiliesTest.class.getResourceAsStream(name),
                                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1)).filter(each -> !each.isEmpty()).toList();
    }

    @Test
    void haveKubernetesTypesLabelsAndRanges() throws IOException {
        Map<String, Family> known = kubernetes();
        List<String> different = new ArrayList<>();
        told.forEach(
                (name, family) -> {
                    if (!OTHERS.matcher(name).matches() && !family.equals(known.get(name))) {
                        different.add(name + ": " + family + " for " + known.get(name));
                    }
                });

        assertEquals("", String.join("\n", different));
    }

    @Test
    void tellWhatKubernetesMixinAsksFor() throws IOException {
        Map<String, Family> known = kubernetes();
        Set<String> wrong = new TreeSet<>();
        for (String[] parts : table("/dashboard-metrics.tsv")) {
            String name = parts[0];
            boolean isRight =
                    switch (parts[2]) {
                        case "always" -> told.containsKey(name);
                        case "event" -> known.containsKey(name);
                        case "absent" -> !told.containsKey(name);
                        default -> false;
                    };
            if (!isRight) {
                wrong.add(String.join(" ", parts));
            }
        }

        assertEquals(Set.of(), wrong);
    }

    @Test
    void tellWhatDashboardsAndAlertsOfAClusterAskFor() {
        Set<String> asked =
                Set.of(
                        "apiserver_request_total",
                        "apiserver_request_duration_seconds",
                        "apiserver_request_sli_duration_seconds",
                        "apiserver_current_inflight_requests",
                        "apiserver_current_inqueue_requests",
                        "apiserver_longrunning_requests",
                        "apiserver_response_sizes",
                        "apiserver_request_body_size_bytes",
                        "apiserver_admission_controller_admission_duration_seconds",
                        "apiserver_admission_step_admission_duration_seconds",
                        "apiserver_flowcontrol_dispatched_requests_total",
                        "apiserver_flowcontrol_request_wait_duration_seconds",
                        "apiserver_flowcontrol_request_execution_seconds",
                        "apiserver_storage_objects",
                        "apiserver_cel_evaluation_duration_seconds",
                        "apiserver_storage_list_total",
                        "apiserver_watch_events_total",
                        "apiserver_watch_events_sizes",
                        "authentication_attempts",
                        "authentication_duration_seconds",
                        "authorization_attempts_total",
                        "etcd_request_duration_seconds",
                        "kube_apiserver_clusterip_allocator_allocated_ips",
                        "kube_apiserver_nodeport_allocator_available_ports",
                        "kubernetes_build_info",
                        "node_collector_zone_health",
                        "process_cpu_seconds_total",
                        "process_start_time_seconds",
                        "scheduler_framework_extension_point_duration_seconds",
                        "scheduler_pending_pods",
                        "scheduler_pod_scheduling_sli_duration_seconds",
                        "scheduler_scheduling_algorithm_duration_seconds",
                        "workqueue_adds_total",
                        "workqueue_depth",
                        "workqueue_queue_duration_seconds");

        Set<String> missing =
                asked.stream()
                        .filter(name -> !told.containsKey(name))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Set.of(), missing);
    }
}
