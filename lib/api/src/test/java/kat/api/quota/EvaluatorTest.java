package kat.api.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluatorTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    /// @param expected in the form of refusals
    record Case(String name, String kind, String object, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        List<Case> all = new ArrayList<>(podsThatRun());
        all.addAll(podsThatDoNot());
        all.addAll(others());
        return all;
    }

    private static List<Case> podsThatRun() {
        return List.of(
                new Case(
                        "containers and sidecars are added, the largest init container counts",
                        "Pod",
                        """
                        spec:
                          initContainers:
                          - {name: s, restartPolicy: Always, resources: {requests: {cpu: 100m}}}
                          - {name: i, resources: {requests: {cpu: 2, memory: 1Gi}}}
                          containers:
                          - {name: a, resources: {requests: {cpu: 500m}, limits: {cpu: 1}}}
                          - {name: b, resources: {requests: {example.com/gpu: 2}}}
                        """,
                        "count/pods=1,cpu=2100m,limits.cpu=1,memory=1Gi,pods=1,requests.cpu=2100m,"
                                + "requests.example.com/gpu=2,requests.memory=1Gi"),
                new Case(
                        "what the pod asks for as a whole replaces the sum, overhead is added",
                        "Pod",
                        """
                        spec:
                          overhead: {cpu: 50m, memory: 10Mi}
                          resources: {requests: {cpu: 3}, limits: {cpu: 4}}
                          containers:
                          - {name: a, resources: {requests: {cpu: 1, hugepages-2Mi: 4Mi}}}
                        """,
                        "count/pods=1,cpu=3050m,hugepages-2Mi=4Mi,limits.cpu=4050m,memory=10Mi,"
                                + "pods=1,requests.cpu=3050m,requests.hugepages-2Mi=4Mi,"
                                + "requests.memory=10Mi"),
                new Case(
                        "a container that is being made smaller counts what it has",
                        "Pod",
                        """
                        spec: {containers: [{name: a, resources: {requests: {cpu: 1}}}]}
                        status:
                          containerStatuses:
                          - name: a
                            allocatedResources: {cpu: 2}
                            resources: {requests: {cpu: 1500m}}
                        """,
                        "count/pods=1,cpu=2,pods=1,requests.cpu=2"));
    }

    private static List<Case> podsThatDoNot() {
        return List.of(
                new Case(
                        "a resize that cannot be done does not count",
                        "Pod",
                        """
                        spec: {containers: [{name: a, resources: {requests: {cpu: 9}}}]}
                        status:
                          conditions: [{type: PodResizePending, reason: Infeasible}]
                          containerStatuses:
                          - {name: a, allocatedResources: {cpu: 2}, resources: {requests: {cpu: 2}}}
                        """,
                        "count/pods=1,cpu=2,pods=1,requests.cpu=2"),
                new Case(
                        "a pod that has ended is only stored",
                        "Pod",
                        "{status: {phase: Succeeded}, spec: {containers: [{name: a}]}}",
                        "count/pods=1"),
                new Case(
                        "a pod that should be gone is only stored",
                        "Pod",
                        """
                        metadata:
                          deletionTimestamp: '2026-01-01T11:59:00Z'
                          deletionGracePeriodSeconds: 30
                        spec: {containers: [{name: a}]}
                        """,
                        "count/pods=1"));
    }

    private static List<Case> others() {
        return List.of(
                new Case(
                        "node ports count one a port",
                        "Service",
                        "spec: {type: NodePort, ports: [{port: 80}, {port: 81}]}",
                        "count/services=1,services=1,services.loadbalancers=0,"
                                + "services.nodeports=2"),
                new Case(
                        "a load balancer without node ports counts those that are named",
                        "Service",
                        """
                        spec:
                          type: LoadBalancer
                          allocateLoadBalancerNodePorts: false
                          ports: [{port: 80}, {port: 81, nodePort: 30081}]
                        """,
                        "count/services=1,services=1,services.loadbalancers=1,"
                                + "services.nodeports=1"),
                new Case(
                        "storage counts also in its class, and as much as is being given",
                        "PersistentVolumeClaim",
                        """
                        spec: {storageClassName: gold, resources: {requests: {storage: 1Gi}}}
                        status: {allocatedResources: {storage: 2Gi}}
                        """,
                        "count/persistentvolumeclaims=1,"
                                + "gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,"
                                + "gold.storageclass.storage.k8s.io/requests.storage=2Gi,"
                                + "persistentvolumeclaims=1,requests.storage=2Gi"),
                new Case("some kinds have two names", "Secret", "{}", "count/secrets=1,secrets=1"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsWhatAnObjectCountsFor(Case each) {
        Evaluator evaluator = Evaluator.of(Kinds.builtIn().require("v1", each.kind()));

        Amounts usage = evaluator.usage(tree(each.object()), NOW);

        assertEquals(each.expected(), usage.toString());
    }

    @Test
    void countsTheDearestChoiceOfDevices() {
        Evaluator evaluator =
                Evaluator.of(Kinds.builtIn().require("resource.k8s.io/v1", "ResourceClaim"));
        JsonObject claim =
                tree(
                        """
                        spec:
                          devices:
                            requests:
                            - firstAvailable:
                              - {deviceClassName: big, count: 1}
                              - {deviceClassName: small, count: 4}
                            - exactly: {deviceClassName: small, allocationMode: All}
                        """);

        assertEquals(
                "big.deviceclass.resource.k8s.io/devices=1,"
                        + "count/resourceclaims.resource.k8s.io=1,"
                        + "small.deviceclass.resource.k8s.io/devices=36",
                evaluator.usage(claim, NOW).toString());
    }

    @Test
    void knowsTheScopesOfPods() {
        Evaluator pods = Evaluator.of(Kinds.POD);
        JsonObject pod =
                tree(
                        """
                        spec:
                          activeDeadlineSeconds: 5
                          priorityClassName: high
                          affinity:
                            podAffinity:
                              preferredDuringSchedulingIgnoredDuringExecution:
                              - podAffinityTerm: {namespaceSelector: {}}
                          containers: [{name: a}]
                        """);

        List<String> in =
                List.of(
                                "Terminating",
                                "NotTerminating",
                                "BestEffort",
                                "NotBestEffort",
                                "PriorityClass",
                                "CrossNamespacePodAffinity",
                                "VolumeAttributesClass")
                        .stream()
                        .filter(name -> pods.isIn(new Quota.Scope(name, "Exists", List.of()), pod))
                        .toList();

        assertEquals(
                List.of("Terminating", "BestEffort", "PriorityClass", "CrossNamespacePodAffinity"),
                in);
    }

    @Test
    void coversOnlyObjectsInAllScopes() {
        Quota quota =
                Quota.of(
                        new KubeObject(
                                tree(
                                        """
                                        spec:
                                          scopes: [NotBestEffort]
                                          scopeSelector:
                                            matchExpressions:
                                            - scopeName: PriorityClass
                                              operator: NotIn
                                              values: [low]
                                        status: {hard: {pods: 1}}
                                        """)));
        Evaluator pods = Evaluator.of(Kinds.POD);
        String asking = "containers: [{name: a, resources: {requests: {cpu: '1'}}}]}";

        assertEquals(true, quota.covers(pods, tree("spec: {" + asking)));
        assertEquals(false, quota.covers(pods, tree("spec: {priorityClassName: low, " + asking)));
        assertEquals(false, quota.covers(pods, tree("spec: {containers: [{name: a}]}")));
    }

    @Test
    void namesTheContainersThatDoNotSayWhatTheyWant() {
        JsonObject pod =
                tree(
                        """
                        spec:
                          initContainers: [{name: i}]
                          containers:
                          - {name: b, resources: {requests: {cpu: 1}}}
                          - {name: a, resources: {limits: {memory: 1Gi}}}
                        """);

        assertEquals(
                "must specify cpu for: a,i; limits.memory for: b,i",
                Evaluator.of(Kinds.POD)
                        .missing(
                                List.of("pods", "limits.memory", "cpu", "ephemeral-storage"), pod));
    }

    private static JsonObject tree(String yaml) {
        return (JsonObject) Yaml.parse(yaml);
    }
}
