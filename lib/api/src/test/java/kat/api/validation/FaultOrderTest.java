package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/// What is listed of several faults, and in which order, as Kubernetes 1.36.3 does it.
class FaultOrderTest {

    @Test
    void checksAnUpdatedEventsMetadataBehindWhatAllEventsShare() {
        Kind kind = kind("events.k8s.io/v1", "Event");
        String metadata = "metadata:{name:'e',namespace:'n',resourceVersion:'1'";
        String rest = ",eventTime:'2020-01-02T03:04:05.000000Z',reason:'r',action:'a',";
        JsonObject before = json("{" + metadata + "}" + rest + "reportingInstance:'i'}");
        JsonObject after = json("{" + metadata + ",labels:{a:'b c'}}" + rest + "type:'x'}");

        List<String> told =
                fields(Validation.update(kind, new KubeObject(after), new KubeObject(before)));

        assertEquals(
                List.of(
                        "metadata.labels",
                        "metadata.labels",
                        "involvedObject.namespace",
                        "reportingController",
                        "reportingController",
                        "reportingController",
                        "reportingInstance",
                        "metadata.labels",
                        "type",
                        "reportingInstance"),
                told);
    }

    @Test
    void countsTheBytesOfANote() {
        Kind kind = kind("events.k8s.io/v1", "Event");
        String event =
                """
                {metadata:{name:'e',namespace:'default'},eventTime:'2020-01-02T03:04:05.000000Z',
                reason:'r',action:'a',type:'Normal',reportingController:'c',reportingInstance:'i',
                regarding:{namespace:'default'},note:'%s'}""";

        assertEquals(List.of(), created(kind, json(event.formatted("e".repeat(1024)))));
        assertEquals(List.of("message"), created(kind, json(event.formatted("é".repeat(513)))));
    }

    @Test
    void tellsOfADisruptionBudgetsMetadataOnlyWhenItsSpecIsRight() {
        Kind kind = kind("policy/v1", "PodDisruptionBudget");
        String metadata = "metadata:{name:'b',namespace:'n',labels:{a:'b c'}}";
        JsonObject both = json("{" + metadata + ",spec:{maxUnavailable:'x'}}");
        JsonObject one = json("{" + metadata + ",spec:{maxUnavailable:1}}");

        assertEquals(List.of("spec.maxUnavailable"), created(kind, both));
        assertEquals(List.of("metadata.labels"), created(kind, one));
    }

    @Test
    void checksAnUpdatedRoleAsANewOneBeforeItsChanges() {
        Kind kind = kind("rbac.authorization.k8s.io/v1", "Role");
        String metadata = "metadata:{name:'r',namespace:'n',resourceVersion:'1'";
        JsonObject before = json("{" + metadata + "}}");
        JsonObject after =
                json(
                        "{"
                                + metadata
                                + ",labels:{a:'b c'}},rules:[{apiGroups:[''],resources:['x']}]}");

        List<String> told =
                fields(Validation.update(kind, new KubeObject(after), new KubeObject(before)));

        assertEquals(
                List.of(
                        "metadata.labels",
                        "metadata.labels",
                        "metadata.labels",
                        "rules[0].verbs",
                        "metadata.labels"),
                told);
    }

    @Test
    void tellsWhatMayNotChangeOfAnIngressClassBeforeItsRules() {
        Kind kind = kind("networking.k8s.io/v1", "IngressClass");
        JsonObject before =
                json("{metadata:{name:'c',resourceVersion:'1'},spec:{controller:'a.b/c'}}");
        JsonObject after = json("{metadata:{name:'c',resourceVersion:'1'},spec:{}}");

        List<Status.Cause> told =
                Validation.update(kind, new KubeObject(after), new KubeObject(before));

        assertEquals(List.of("spec.controller", "spec.controller"), fields(told));
        assertEquals("Invalid value: \"\": field is immutable", told.getFirst().message());
    }

    @Test
    void checksAVolumeAsANewOneTwice() {
        Kind kind = kind("v1", "PersistentVolume");
        String spec = ",spec:{capacity:{storage:'1Gi'},accessModes:['x'],hostPath:{path:'/a'}}}";
        JsonObject before = json("{metadata:{name:'v',resourceVersion:'1'}" + spec);
        JsonObject after = json("{metadata:{name:'v',resourceVersion:'1',finalizers:['f']}" + spec);

        List<String> told =
                fields(Validation.update(kind, new KubeObject(after), new KubeObject(before)));

        assertEquals(
                List.of(
                        "metadata.finalizers[0]",
                        "spec.accessModes",
                        "metadata.finalizers[0]",
                        "spec.accessModes"),
                told);
    }

    @Test
    void wantsTheLabelsThatTheServerGaveToAJobsPods() {
        Kind kind = kind("batch/v1", "Job");
        String job =
                "{metadata:{name:'j',namespace:'n',uid:'u',resourceVersion:'1'},spec:{selector:{"
                        + "matchLabels:{'controller-uid':'u'}},template:{metadata:{labels:{"
                        + "'controller-uid':'u'%s}},spec:{restartPolicy:'Never',"
                        + "terminationGracePeriodSeconds:1,dnsPolicy:'Default',containers:[{"
                        + "name:'c',image:'i',imagePullPolicy:'Always',"
                        + "terminationMessagePolicy:'File'}]}}}}";
        JsonObject before = json(job.formatted(",'job-name':'j'"));
        JsonObject after = json(job.formatted(""));

        List<String> told =
                fields(Validation.update(kind, new KubeObject(after), new KubeObject(before)));

        assertEquals("spec.template.metadata.labels[job-name]", told.getFirst());
    }

    @Test
    void tellsOfAServicesAddressesAloneBeforeAnyIsGiven() {
        JsonObject service =
                json(
                        "{metadata:{name:'A'},spec:{type:'ClusterIP',clusterIP:'x',ipFamilies:["
                                + "'IPv6','a']}}");

        assertEquals(
                List.of("spec.ipFamilies[1]", "spec.clusterIPs[0]"),
                fields(Validation.serviceAddresses(service)));
    }

    @Test
    void keepsWhatEveryServerNeedsOfFairShareAsItIs() {
        Kind level = kind("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration");
        JsonObject exempt =
                json("{metadata:{name:'exempt'},spec:{type:'Exempt',exempt:{lendablePercent:1}}}");
        JsonObject limited =
                json(
                        "{metadata:{name:'catch-all'},spec:{type:'Limited',limited:{"
                                + "nominalConcurrencyShares:6,lendablePercent:0,limitResponse:{"
                                + "type:'Reject'}}}}");

        assertEquals(List.of(), created(level, exempt));
        assertEquals(List.of("spec"), created(level, limited));
    }

    @Test
    void letsAnAutoscalerNameAReplicationControllerOfTheCoreGroup() {
        Kind kind = kind("autoscaling/v2", "HorizontalPodAutoscaler");
        String scaler =
                "{metadata:{name:'a',namespace:'n'},spec:{maxReplicas:3,"
                        + "scaleTargetRef:{kind:'%s',name:'x',apiVersion:'v1'}}}";

        assertEquals(List.of(), created(kind, json(scaler.formatted("ReplicationController"))));
        assertEquals(
                List.of("spec.scaleTargetRef.apiVersion"),
                created(kind, json(scaler.formatted("Deployment"))));
    }

    private static Kind kind(String apiVersion, String name) {
        return Objects.requireNonNull(Kinds.builtIn().byKind(apiVersion, name));
    }

    private static List<String> created(Kind kind, JsonObject object) {
        return fields(Validation.create(kind, new KubeObject(object)));
    }

    private static List<String> fields(List<Status.Cause> faults) {
        return faults.stream().map(Status.Cause::field).toList();
    }

    private static JsonObject json(String text) {
        String quoted = text.replaceAll("([{,]\\s*)([A-Za-z]+):", "$1'$2':").replace('\'', '"');
        return (JsonObject) Json.parse(quoted.getBytes(UTF_8));
    }
}
