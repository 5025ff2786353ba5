package kat.controllers.podautoscaler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

/// What is asked of servers of metrics, and how they are understood.
class ApiMetricsTest {

    private static final JsonObject QUEUE =
            read("{name: queue length, selector: {matchLabels: {topic: a}}}");

    private final List<String> asked = new ArrayList<>();
    private final List<String> served = new ArrayList<>();
    private JsonObject answer = JsonObject.EMPTY;
    private final ApiMetrics metrics =
            new ApiMetrics(
                    _ -> List.of(),
                    new ApiMetrics.Servers() {
                        @Override
                        public boolean has(String group, String version) {
                            return served.contains(group + "/" + version);
                        }

                        @Override
                        public JsonObject get(String path) {
                            asked.add(path);
                            if (answer.isEmpty()) {
                                throw Status.serviceUnavailable("down").asException();
                            }
                            return answer;
                        }
                    },
                    (version, kind) -> Kinds.builtIn().byKind(version, kind));

    @Test
    void asksForAMetricOfPods() throws Exception {
        served.add("custom.metrics.k8s.io/v1beta1");
        served.add("custom.metrics.k8s.io/v1beta2");
        answer =
                read(
                        "{items: [{describedObject: {name: p1}, value: 1500m}, {describedObject:"
                                + " {name: p2}, value: '3'}]}");

        assertEquals(Map.of("p1", 1_500L, "p2", 3_000L), metrics.custom("ns", "app=a", QUEUE));
        assertEquals(
                List.of(
                        "/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/pods/*/queue%20length"
                                + "?labelSelector=app%3Da&metricLabelSelector=topic%3Da"),
                asked);
    }

    @Test
    void asksForAMetricOfAnObject() throws Exception {
        served.add("custom.metrics.k8s.io/v1beta1");
        answer = read("{items: [{value: 2k}]}");
        JsonObject ingress = read("{apiVersion: networking.k8s.io/v1, kind: Ingress, name: main}");

        assertEquals(2_000_000, metrics.ofObject("ns", ingress, read("{name: hits}")));
        assertEquals(
                2_000_000,
                metrics.ofObject(
                        "ns",
                        read("{apiVersion: v1, kind: Namespace, name: ns}"),
                        read("{name: hits}")));
        assertEquals(
                List.of(
                        "/apis/custom.metrics.k8s.io/v1beta1/namespaces/ns/"
                                + "ingresses.networking.k8s.io/main/hits",
                        "/apis/custom.metrics.k8s.io/v1beta1/namespaces/ns/metrics/hits"),
                asked);
    }

    @Test
    void asksForAnExternalMetric() throws Exception {
        served.add("external.metrics.k8s.io/v1beta1");
        answer = read("{items: [{value: '10'}, {value: '20'}]}");

        assertEquals(List.of(10_000L, 20_000L), metrics.external("ns", QUEUE));
        assertEquals(
                List.of(
                        "/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue%20length"
                                + "?labelSelector=topic%3Da"),
                asked);
    }

    @Test
    void saysWhyThereIsNoMetric() {
        assertEquals(
                "unable to fetch metrics from custom metrics API: no custom metrics API"
                        + " (custom.metrics.k8s.io) registered",
                fault("custom"));
        assertEquals(
                "unable to fetch metrics from external metrics API: the server could not find the"
                        + " requested resource (get queue length.external.metrics.k8s.io)",
                fault("external"));

        served.add("custom.metrics.k8s.io/v1beta1");
        assertEquals("unable to fetch metrics from custom metrics API: down", fault("custom"));

        answer = read("{items: []}");
        assertEquals("no metrics returned from custom metrics API", fault("custom"));
    }

    private String fault(String which) {
        return assertThrows(
                        MetricFault.class,
                        () -> {
                            if (which.equals("custom")) {
                                metrics.custom("ns", "", QUEUE);
                            } else {
                                metrics.external("ns", QUEUE);
                            }
                        })
                .text();
    }

    private static JsonObject read(String yaml) {
        return (JsonObject) Objects.requireNonNull(Yaml.parse(yaml));
    }
}
