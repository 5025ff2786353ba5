package kat.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompilerTest {

    private static final String TOKEN = NodeJobs.ACCOUNT + "token";
    private static final String NOT_HERE =
            "only monitors of the namespace monitoring may name files other than"
                    + " /var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

    private final Cluster cluster = new Cluster().add(Samples.SHOP);

    @Test
    void aServiceMonitorIsAJobWithTheAddressesOfItsServices() {
        cluster.add(Samples.SERVICE_MONITOR);

        assertEquals(List.of(), cluster.problems());
        assertEquals(
                List.of(
                        "10.1.0.1:8080 container=api endpoint=http job=todo namespace=shop"
                                + " pod=todo-a service=todo team=blue tier=api"),
                cluster.targets("serviceMonitor/shop/todo/0"));
        assertEquals(
                Cluster.yaml(
                        """
                        basic_auth:
                          password_file: /etc/prometheus/config/secret_shop_login_password
                          username: me
                        file_sd_configs:
                        - files: [/etc/prometheus/targets/serviceMonitor_shop_todo_0.json]
                        honor_labels: true
                        job_name: serviceMonitor/shop/todo/0
                        metric_relabel_configs:
                        - {action: drop, regex: go_.*, source_labels: [__name__]}
                        metrics_path: /q/metrics
                        relabel_configs:
                        - action: replace
                          source_labels: [__meta_kubernetes_pod_node_name]
                          target_label: node
                        sample_limit: 1000
                        scrape_interval: 5s
                        tls_config:
                          ca_file: /etc/prometheus/config/configmap_shop_trust_ca.crt
                          server_name: todo
                        """),
                cluster.job("serviceMonitor/shop/todo/0"));
        assertEquals("secret", cluster.compiled().prometheus().get("secret_shop_login_password"));
        assertEquals(
                "CERTIFICATE", cluster.compiled().prometheus().get("configmap_shop_trust_ca.crt"));
    }

    @Test
    void secretsDoNotStandInTheConfigurationItself() {
        cluster.add(Samples.SERVICE_MONITOR);

        String text = cluster.compiled().prometheus().get("prometheus.yml");

        assertFalse(text.contains("password: secret"), text);
    }

    @Test
    void aTargetPortIsFoundByNumberAndByTheNameOfTheContainersPort() {
        cluster.add(monitor("[{targetPort: 8080}, {targetPort: web}]"));

        assertEquals(1, cluster.targets("serviceMonitor/shop/m/0").size());
        assertEquals(
                cluster.targets("serviceMonitor/shop/m/0"),
                cluster.targets("serviceMonitor/shop/m/1"));
    }

    @Test
    void aPortOfAContainerIsFoundThatTheServiceDoesNotLeadTo() {
        cluster.add(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: late, namespace: shop}
                spec: {containers: [{name: c, ports: [{name: management, containerPort: 8081}]}]}
                status: {phase: Running, podIP: 10.1.0.9}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: late, namespace: shop, labels: {kubernetes.io/service-name: todo}}
                addressType: IPv4
                ports: [{name: http, port: 8080}]
                endpoints: [{addresses: [10.1.0.9], targetRef: {kind: Pod, name: late}}]
                """);
        cluster.add(monitor("[{targetPort: management}]"));

        assertEquals(
                List.of(
                        "10.1.0.9:8081 container=c endpoint=management job=todo namespace=shop"
                                + " pod=late service=todo"),
                cluster.targets("serviceMonitor/shop/m/0"));
    }

    @Test
    void aPodMonitorIsAJobWithItsPods() {
        cluster.add(
                Samples.POD_MONITOR.replace(
                        "authorization: {credentials: {name: none, key: token}}", "path: /m"));

        assertEquals(List.of(), cluster.problems());
        assertEquals(
                List.of(
                        "10.1.0.1:8080 container=api endpoint=web job=other/pods namespace=shop"
                                + " pod=todo-a"),
                cluster.targets("podMonitor/other/pods/0"));
        assertEquals("/m", cluster.job("podMonitor").string("metrics_path"));
    }

    @Test
    void aProbeAsksTheProberAboutEachTarget() {
        cluster.add(Samples.PROBE);

        assertEquals(List.of(), cluster.problems());
        assertEquals(
                List.of(
                        "blackbox:9115 __param_target=https://example.com env=prod"
                                + " instance=https://example.com job=blackbox namespace=shop",
                        "blackbox:9115 __param_target=https://todo.example/api"
                                + " instance=https://todo.example/api job=blackbox namespace=shop"),
                cluster.targets("probe/shop/outside"));
        assertEquals(
                "http_2xx",
                cluster.job("probe").object("params").array("module").strings().getFirst());
    }

    @Test
    void nodesAndAnnotatedPodsAreScrapedWithoutAMonitor() {
        cluster.add(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: asks
                  namespace: shop
                  annotations:
                    prometheus.io/scrape: "true"
                    prometheus.io/port: "9999"
                    prometheus.io/path: /x
                status: {phase: Running, podIP: "fd00::1"}
                """);

        assertEquals(
                List.of("192.168.0.7:10250 job=kubelet metrics_path=/metrics/cadvisor node=n1"),
                cluster.targets("kubelet/cadvisor"));
        assertEquals("https", cluster.job("kubelet/kubelet").string("scheme"));
        assertEquals(
                List.of(
                        "[fd00::1]:9999 __metrics_path__=/x job=annotated-pods"
                                + " namespace=shop pod=asks"),
                cluster.targets("annotated-pods"));
    }

    @Test
    void kubeletsThatDoNotFitAreToldOfAndLeaveRoomForMonitors() {
        int nodes = Compiler.MOST_BYTES / 300;
        for (int i = 0; i < nodes; i++) {
            cluster.add(
                    """
                    apiVersion: v1
                    kind: Node
                    metadata: {name: many-%d}
                    status:
                      daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
                      addresses: [{type: InternalIP, address: 192.168.1.7}]
                    """
                            .formatted(i));
        }
        cluster.add(monitor("[{port: http}]"));

        int bytes = cluster.compiled().targets().values().stream().mapToInt(String::length).sum();
        assertTrue(bytes < Compiler.MOST_BYTES, bytes + " bytes");
        int scraped = cluster.targets("kubelet/cadvisor").size();
        assertEquals(scraped, cluster.targets("kubelet/resource").size());
        assertEquals(
                List.of(
                        "prometheus-targets: no room for the targets of %d kubelets and 0 annotated"
                                        .formatted(nodes + 1 - scraped)
                                + " pods"),
                cluster.problems());
        assertEquals(1, cluster.targets("serviceMonitor/shop/m/0").size());
    }

    @Test
    void aRuleIsAFileOfItsOwn() {
        cluster.add(Samples.RULE);

        assertEquals(List.of(), cluster.problems());
        JsonObject file = Cluster.yaml(cluster.compiled().rules().get("shop_todo.yaml"));
        JsonObject group = file.array("groups").objects().getFirst();
        assertEquals("10s", group.string("interval"));
        JsonObject alert = group.array("rules").objects().getLast();
        assertEquals(Cluster.yaml("{team: blue, severity: warning}"), alert.object("labels"));
        assertEquals("todo:requests:rate5m > 10", alert.string("expr"));
    }

    @Test
    void alertsGoToTheReceiversOfTheirNamespace() {
        cluster.add(Samples.ALERTS);

        assertEquals(List.of(), cluster.problems());
        JsonObject config = Cluster.yaml(cluster.compiled().alertmanager().get("alertmanager.yml"));
        JsonObject route = config.object("route").array("routes").objects().getFirst();
        assertEquals("shop/blue/hook", route.string("receiver"));
        assertEquals(
                List.of("namespace=\"shop\"", "team=~\"blue|\\\"red\\\"\""),
                route.array("matchers").strings());
        assertEquals(Json.of(true), route.get("continue"));
        JsonObject hook =
                config.array("receivers")
                        .objects()
                        .get(1)
                        .array("webhook_configs")
                        .objects()
                        .getFirst();
        assertEquals("http://hook", hook.string("url"));
    }

    record Broken(String name, String yaml, String problem) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Broken> broken() {
        return Stream.of(brokenRules(), brokenMonitors(), brokenWaysIn(), brokenReceivers())
                .flatMap(each -> each);
    }

    private static Stream<Broken> brokenRules() {
        return Stream.of(
                new Broken(
                        "an expression",
                        Samples.RULE.replace("[5m]", "[5"),
                        "todo: spec.groups[0].rules[0].expr: at character 30: expected a"
                                + " duration, found '5'"),
                new Broken(
                        "a template",
                        Samples.RULE.replace("| humanize", "| humanise"),
                        "todo: spec.groups[0].rules[1].annotations.summary: nothing is named"
                                + " 'humanise'"),
                new Broken(
                        "a duration",
                        Samples.RULE.replace("for: 1m", "for: soon"),
                        "todo: spec.groups[0].rules[1].for: 'soon' is no duration"),
                new Broken(
                        "the name of a record",
                        Samples.RULE.replace("todo:requests:rate5m\"", "todo requests\""),
                        "todo: spec.groups[0].rules[0].record: 'todo requests' is no name of a"
                                + " metric"));
    }

    private static Stream<Broken> brokenMonitors() {
        return Stream.of(
                new Broken(
                        "a Secret that is missing",
                        Samples.POD_MONITOR,
                        "pods: spec.podMetricsEndpoints[0].authorization.credentials: there is no"
                                + " Secret other/none"),
                new Broken(
                        "an interval",
                        monitor("[{port: http, interval: often}]"),
                        "m: spec.endpoints[0].interval: 'often' is no duration"),
                new Broken(
                        "no port", monitor("[{path: /}]"), "m: spec.endpoints[0]: names no port"),
                new Broken(
                        "a regular expression",
                        monitor("[{port: http, relabelings: [{regex: '(', targetLabel: a}]}]"),
                        "m: spec.endpoints[0].relabelings[0].regex: error parsing regexp: missing"
                                + " closing ): `(`"),
                new Broken(
                        "an expression that RE2 does not know",
                        monitor("[{port: http, relabelings: [{regex: '(?=a)', targetLabel: a}]}]"),
                        "m: spec.endpoints[0].relabelings[0].regex: error parsing regexp: invalid or"
                                + " unsupported Perl syntax: `(?=`"),
                new Broken(
                        "a timeout beyond its interval",
                        monitor("[{port: http, interval: 1m, scrapeTimeout: 1m1s}]"),
                        "m: spec.endpoints[0].scrapeTimeout: 1m1s is longer than the interval of"
                                + " 1m"),
                new Broken(
                        "a timeout beyond the usual interval",
                        monitor("[{port: http, scrapeTimeout: 31s}]"),
                        "m: spec.endpoints[0].scrapeTimeout: 31s is longer than the interval of"
                                + " 30s"));
    }

    private static Stream<Broken> brokenWaysIn() {
        return Stream.of(
                new Broken(
                        "a file of others",
                        monitor(
                                        "[{port: http, bearerTokenFile:"
                                                + " /etc/prometheus/config/secret_shop_login}]")
                                .replace("namespace: shop", "namespace: monitoring"),
                        "m: spec.endpoints[0].bearerTokenFile: only files below"
                                + " /var/run/secrets/kubernetes.io/serviceaccount/ may be read"),
                new Broken(
                        "the token of Prometheus",
                        monitor("[{port: http, bearerTokenFile: %s}]".formatted(TOKEN)),
                        "m: spec.endpoints[0].bearerTokenFile: " + NOT_HERE),
                new Broken(
                        "a key of Prometheus",
                        monitor("[{port: http, tlsConfig: {keyFile: %s}}]".formatted(TOKEN)),
                        "m: spec.endpoints[0].tlsConfig.keyFile: " + NOT_HERE),
                new Broken(
                        "two ways to sign in",
                        monitor(
                                "[{port: http, bearerTokenFile: "
                                        + TOKEN
                                        + ", basicAuth: {username: {name: login, key: user}}}]"),
                        "m: spec.endpoints[0].basicAuth: cannot stand beside bearerTokenFile"),
                new Broken(
                        "a basic authorization",
                        monitor("[{port: http, authorization: {type: Basic}}]"),
                        "m: spec.endpoints[0].authorization.type: basic is said by basicAuth"),
                new Broken(
                        "what is not supported",
                        monitor("[{port: http, oauth2: {clientId: {}}}]"),
                        "m: spec.endpoints[0].oauth2: is not supported"));
    }

    private static Stream<Broken> brokenReceivers() {
        return Stream.of(
                new Broken(
                        "a receiver that is missing",
                        Samples.ALERTS.replace("receiver: mail", "receiver: nobody"),
                        "blue: spec.route.routes[0].receiver: there is no receiver 'nobody'"),
                new Broken(
                        "a receiver without an address",
                        Samples.ALERTS.replace(
                                "{urlSecret: {name: login, key: url}, maxAlerts: 5}", "{}"),
                        "blue: spec.receivers[0].webhookConfigs[0]: does not say where to send"
                                + " to"));
    }

    static String monitor(String endpoints) {
        return """
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        metadata: {name: m, namespace: shop}
        spec: {selector: {matchLabels: {app: todo}}, endpoints: %s}
        """
                .formatted(endpoints);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsBrokenIsToldOfAndHurtsNoOther(Broken broken) {
        Configuration before = cluster.add(rename(Samples.RULE)).compiled();

        cluster.add(broken.yaml());

        assertEquals(List.of(broken.problem()), cluster.problems());
        assertEquals(before.rules(), cluster.compiled().rules());
        assertEquals(before.prometheus(), cluster.compiled().prometheus());
        assertEquals(before.alertmanager(), cluster.compiled().alertmanager());
    }

    private static String rename(String yaml) {
        return yaml.replace("{name: todo,", "{name: fine,");
    }

    @Test
    void aFieldThatIsNotActedOnIsNamedAndTheRestIsUsed() {
        cluster.add(monitor("[{port: http, proxyUrl: 'http://p'}]"));

        assertEquals(List.of("m: not acted on: spec.endpoints[0].proxyUrl"), cluster.problems());
        assertEquals(1, cluster.targets("serviceMonitor/shop/m/0").size());
    }

    @Test
    void aRuleThatDoesNotFitIsToldOf() {
        String big =
                Samples.RULE.replace(
                        "summary: \"", "summary: \"" + "x".repeat(Compiler.MOST_BYTES));
        cluster.add(rename(Samples.RULE)).add(big);

        assertEquals(List.of("todo: spec: there are too many rules"), cluster.problems());
        assertTrue(cluster.compiled().rules().containsKey("shop_fine.yaml"));
    }

    @Test
    void aMonitorBesidePrometheusMaySendItsTokenAndAllMayTrustTheCluster() {
        String trusting =
                "[{port: http, scrapeTimeout: 30s, tlsConfig: {caFile: %sca.crt}}]"
                        .formatted(NodeJobs.ACCOUNT);
        String signingIn = monitor("[{port: http, bearerTokenFile: %s}]".formatted(TOKEN));
        cluster.add(monitor(trusting))
                .add(signingIn.replace("namespace: shop", "namespace: monitoring"));

        assertEquals(List.of(), cluster.problems());
    }

    @Test
    void aMonitorWhoseConfigurationOrSecretsDoNotFitIsToldOfAndLeavesNothing() {
        String big =
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: big, namespace: shop}
                data: {ca.crt: %s}
                """
                        .formatted("x".repeat(Compiler.MOST_BYTES));
        String trusting = "[{port: http, tlsConfig: {ca: {configMap: {name: big, key: ca.crt}}}}]";
        String wordy =
                "[{port: http, relabelings: [{targetLabel: a, replacement: %s}]}]"
                        .formatted("y".repeat(Compiler.MOST_BYTES));
        String why = "spec: there are too many monitors, or their credentials are too large";
        Configuration before = cluster.add(big).compiled();

        cluster.add(monitor(trusting)).add(monitor(wordy).replace("{name: m,", "{name: other,"));

        assertEquals(List.of("m: " + why, "other: " + why), cluster.problems());
        assertEquals(before.prometheus(), cluster.compiled().prometheus());
        assertEquals(before.targets(), cluster.compiled().targets());
    }

    @Test
    void receiversThatDoNotFitAreToldOf() {
        Configuration before = cluster.compiled();
        cluster.add(
                Samples.ALERTS.replace(
                        "{urlSecret: {name: login, key: url}, maxAlerts: 5}",
                        "{url: 'http://hook/%s'}".formatted("x".repeat(Compiler.MOST_BYTES))));

        assertEquals(List.of("blue: spec: there are too many receivers"), cluster.problems());
        assertEquals(before.alertmanager(), cluster.compiled().alertmanager());
    }
}
