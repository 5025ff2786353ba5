package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The monitoring add-on on a real node: from a pod's figures to an alert that somebody got.
@Tag("root")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MonitoringTest {

    /// A shop that tells of its orders, a Service for it, and who takes alerts.
    private static final String SHOP =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: shop, namespace: shop, labels: {app: shop}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c]
                args:
                - |
                  mkdir -p /www/cgi-bin
                  echo 'shop_orders 42' >/www/metrics.txt
                  printf '#!/bin/sh\\ncat >>/www/alerts\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' \\
                    >/www/cgi-bin/alert
                  chmod +x /www/cgi-bin/alert
                  touch /www/alerts
                  exec httpd -f -p 8080 -h /www
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {httpGet: {path: /metrics.txt, port: http}, periodSeconds: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: shop, namespace: shop, labels: {app: shop}}
            spec: {selector: {app: shop}, ports: [{name: http, port: 80, targetPort: http}]}
            """;

    private static final String MONITORS =
            """
            apiVersion: monitoring.coreos.com/v1
            kind: ServiceMonitor
            metadata: {name: shop, namespace: shop}
            spec:
              selector: {matchLabels: {app: shop}}
              endpoints: [{port: http, path: /metrics.txt}]
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: PodMonitor
            metadata: {name: pods, namespace: shop}
            spec:
              selector: {matchLabels: {app: shop}}
              podMetricsEndpoints: [{port: http, path: /metrics.txt}]
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: Probe
            metadata: {name: probed, namespace: shop}
            spec:
              jobName: probed
              prober: {url: shop.shop, path: /metrics.txt}
              targets: {staticConfig: {static: [anything]}}
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: {name: busy, namespace: shop}
            spec:
              groups:
              - name: shop
                rules:
                - {alert: ManyOrders, expr: shop_orders > 40, labels: {severity: warning}}
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: {name: broken, namespace: shop}
            spec: {groups: [{name: shop, rules: [{alert: Never, expr: 'shop_orders > ('}]}]}
            ---
            apiVersion: monitoring.coreos.com/v1alpha1
            kind: AlertmanagerConfig
            metadata: {name: shop, namespace: shop}
            spec:
              route: {receiver: hook, groupWait: 1s, groupInterval: 1s}
              receivers:
              - {name: hook, webhookConfigs: [{url: 'http://shop.shop/cgi-bin/alert'}]}
            """;

    /// Programs are told to reload up to 75 s after a change, and then wait for alerts to gather.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final List<String> JOBS =
            List.of("kubelet", "apiserver", "kube-state-metrics", "shop%2Fpods", "probed");

    private static final String PROXY =
            "get --raw /api/v1/namespaces/kat-monitoring/services/prometheus:9090/proxy";

    @Test
    void aFigureOfAPodBecomesAnAlertAndNothingStaysOfTheAddon() throws Exception {
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        assumeTrue(TestCluster.hasProgram("monitoring"), "tools/monitoring is not built");
        try (TestCluster cluster = TestCluster.named("monitor")) {
            cluster.up().ok();
            cluster.kat("image", "load", TestCluster.image("busybox").toString()).ok();
            cluster.kat("image", "load", TestCluster.monitoringImages().toString()).ok();
            Kubectl kubectl = cluster.kubectl();
            kubectl.apply(SHOP).ok();
            enable(cluster);
            String programs = programs(kubectl);
            kubectl.apply(MONITORS).ok();

            Waiting.until(
                    "the pod is scraped",
                    PATIENCE,
                    () -> query(kubectl, "shop_orders").contains("\"namespace\":\"shop\""));
            assertTrue(query(kubectl, "shop_orders").contains("\"42\""));
            Waiting.until(
                    "somebody got the alert",
                    PATIENCE,
                    () -> alerts(kubectl).contains("ManyOrders"));
            assertTrue(alerts(kubectl).contains("\"status\":\"firing\""));
            for (String job : JOBS) {
                Waiting.until(
                        job + " is scraped",
                        PATIENCE,
                        () -> query(kubectl, "up%7Bjob%3D%22" + job + "%22%7D").contains("\"1\""));
            }

            assertEquals(programs, programs(kubectl), "both read what changed where they are");
            tellsWhatIsWrongWithARule(kubectl);
            keepsItsSamples(kubectl);
            keepsOtherPodsOut(kubectl);
            leavesNothing(cluster);
        }
    }

    private static void enable(TestCluster cluster) {
        cluster.kat(
                        "addons",
                        "enable",
                        "monitoring",
                        "--wait",
                        "--set",
                        "interval=2s",
                        "--set",
                        "prometheus.image=docker.io/library/prometheus:debian",
                        "--set",
                        "alertmanager.image=docker.io/library/alertmanager:debian")
                .ok();
    }

    /// What Prometheus answers; empty while it does not.
    private static String query(Kubectl kubectl, String expression) throws InterruptedException {
        Outcome answer = kubectl.type(PROXY + "/api/v1/query?query=" + expression);
        return answer.exit() == 0 ? answer.out() : "";
    }

    /// The pods of Prometheus and Alertmanager, and how often they were started again.
    private static String programs(Kubectl kubectl) throws InterruptedException {
        String uids = "{.items[*].metadata.uid}";
        String restarts = "{.items[*].status.containerStatuses[*].restartCount}";
        return kubectl.type("get pods -n kat-monitoring -l app -o jsonpath=" + uids + restarts)
                .ok();
    }

    /// What was known before a pod's end is known to the next.
    private static void keepsItsSamples(Kubectl kubectl) throws Exception {
        String now =
                query(kubectl, "time()").replaceFirst("(?s).*\"result\":\\[([0-9.]+),.*", "$1");
        Kubectl own = kubectl.in("kat-monitoring");
        own.type("delete pod -l app=prometheus --timeout=120s").ok();
        own.type("rollout status deployment/prometheus --timeout=120s").ok();

        Waiting.until(
                "Prometheus has its samples again",
                PATIENCE,
                () -> query(kubectl, "shop_orders&time=" + now).contains("\"42\""));
    }

    private static String alerts(Kubectl kubectl) throws InterruptedException {
        return kubectl.type("exec -n shop shop -- cat /www/alerts").ok();
    }

    private static void tellsWhatIsWrongWithARule(Kubectl kubectl) throws Exception {
        String of = "get events -n shop --field-selector involvedObject.name=";
        Waiting.until(
                "the broken rule is told of",
                () -> kubectl.type(of + "broken").ok().contains("InvalidConfiguration"));
        assertTrue(kubectl.type(of + "broken").ok().contains("expr"));
        assertFalse(kubectl.type(of + "busy").ok().contains("InvalidConfiguration"));
    }

    private static void keepsOtherPodsOut(Kubectl kubectl) throws Exception {
        Kubectl inside = kubectl.in("kat-monitoring");
        inside.type("run inside --image=busybox:1.36 -- sleep 600").ok();
        inside.type("wait pod/inside --for=condition=Ready --timeout=90s").ok();
        String ask = " -- timeout 5 wget -qO- http://";

        inside.type("exec inside" + ask + "prometheus:9090/-/ready").ok();
        inside.type("exec inside" + ask + "alertmanager:9093/-/ready").ok();
        kubectl.type("exec -n shop shop" + ask + "prometheus.kat-monitoring:9090/-/ready").failed();
        kubectl.type("exec -n shop shop" + ask + "alertmanager.kat-monitoring:9093/-/ready")
                .failed();
        inside.type("delete pod inside --now").ok();
    }

    private static void leavesNothing(TestCluster cluster) throws Exception {
        Kubectl kubectl = cluster.kubectl();
        String refused = cluster.kat("addons", "disable", "monitoring").failed();
        assertTrue(refused.contains("PersistentVolumeClaim kat-monitoring/prometheus"), refused);
        assertTrue(refused.contains("prometheusrules"), refused);
        cluster.kat("addons", "disable", "monitoring", "--delete-data").ok();

        assertEquals("", kubectl.type("get pv -o name").ok());
        assertFalse(kubectl.type("get namespaces -o name").ok().contains("/kat-"));
        assertFalse(kubectl.type("get crds -o name").ok().contains("monitoring.coreos.com"));
        assertFalse(kubectl.type("get clusterroles -o name").ok().contains("kat-monitoring"));
        assertFalse(
                kubectl.type("get clusterrolebindings -o name").ok().contains("kat-monitoring"));
    }
}
