package kat.api.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.schema.Decoder;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategyTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private static final String POD_TEMPLATE =
            "template:{metadata:{labels:{app:'a'}},"
                    + "spec:{restartPolicy:'Never',containers:[{name:'c',image:'i'}]}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v1|Pod|spec:{containers:[{name:'c',image:'i',lifecycle:{stopSignal:'SIGTERM'}}]}"
                        + "|lifecycle",
                "v1|Node|spec:{configSource:{configMap:{name:'c'}}}|configSource",
                "v1|Pod|spec:{schedulingGroup:{podGroupName:'g'},containers:[{name:'c'}]}"
                        + "|schedulingGroup",
                "apps/v1|StatefulSet|spec:{updateStrategy:{rollingUpdate:{maxUnavailable:1}}}"
                        + "|maxUnavailable",
                "storage.k8s.io/v1|CSIDriver|spec:{preventPodSchedulingIfMissing:true}"
                        + "|preventPodSchedulingIfMissing",
                "coordination.k8s.io/v1|Lease|spec:{preferredHolder:'x'}|preferredHolder",
                "discovery.k8s.io/v1|EndpointSlice|endpoints:[{deprecatedTopology:{a:'b'}}]"
                        + "|deprecatedTopology",
                "resource.k8s.io/v1|ResourceSlice"
                        + "|spec:{devices:[{name:'d',attributes:{a:{bool:true,ints:[1]}}}]}|ints",
            })
    void dropsFieldsOfFeaturesThatAreOff(
            String apiVersion, String name, String members, String field) {
        JsonObject made = created(apiVersion, name, members);

        assertFalse(made.toString().contains(field), made.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "unconfined|{}|{\"type\":\"Unconfined\"}|true",
                "runtime/default|{}|{\"type\":\"RuntimeDefault\"}|true",
                "localhost/a|{}|{\"localhostProfile\":\"a\",\"type\":\"Localhost\"}|true",
                "localhost/|{}|none|true",
                "other|{}|none|true",
                "unconfined|{appArmorProfile:{type:'Unconfined'}}|none|false",
                "unconfined|{appArmorProfile:{type:'RuntimeDefault'}}"
                        + "|{\"type\":\"Unconfined\"}|true",
            })
    void movesAppArmorOfAnnotationsIntoTheField(
            String annotation, String ofPod, @Nullable String profile, boolean isTold) {
        String key = "container.apparmor.security.beta.kubernetes.io/c";
        String members =
                "metadata:{name:'j',annotations:{'%s':'%s'}},spec:{securityContext:%s,"
                        .formatted(key, annotation, ofPod);

        JsonObject made = created("v1", "Pod", members + "containers:[{name:'c',image:'i'}]}");
        JsonObject both =
                created(
                        "v1",
                        "Pod",
                        members
                                + "containers:[{name:'c',image:'i',securityContext:"
                                + "{appArmorProfile:{type:'RuntimeDefault'}}}]}");

        Json found = containerContext(made).get("appArmorProfile");
        assertEquals(profile, found == null ? null : found.toString());
        assertEquals(
                isTold
                        ? List.of(
                                "metadata.annotations["
                                        + key
                                        + "]: deprecated since v1.30; use the \"appArmorProfile\""
                                        + " field instead")
                        : List.of(),
                PodProfiles.warnings(without(made)));
        assertEquals(
                "{\"appArmorProfile\":{\"type\":\"RuntimeDefault\"}}",
                containerContext(both).toString());
        assertEquals(List.of(), PodProfiles.warnings(both));
    }

    private static JsonObject containerContext(JsonObject pod) {
        return pod.object("spec")
                .array("containers")
                .objects()
                .getFirst()
                .object("securityContext");
    }

    /// The pod as it was sent: without what its containers got.
    private static JsonObject without(JsonObject pod) {
        return pod.change(
                "spec",
                spec ->
                        spec.with(
                                "containers",
                                spec.array("containers")
                                        .map(
                                                each ->
                                                        ((JsonObject) each)
                                                                .without("securityContext"))));
    }

    @Test
    void keepsAFieldWhoseFeatureIsSwitchedOn() {
        Kind kind = kind("apps/v1", "StatefulSet");
        FeatureGates gates = FeatureGates.parse("MaxUnavailableStatefulSet=true");
        JsonObject asked = rolling("maxUnavailable:2");

        JsonObject made = Strategy.prepareForCreate(kind, asked, gates, NOW);

        assertEquals(Json.of(2), unavailable(made));
        assertEquals(Json.of(1), unavailable(gates.defaulted(kind, rolling("partition:0"))));
        assertNull(unavailable(FeatureGates.DEFAULT.defaulted(kind, rolling("partition:0"))));
        assertEquals(
                Json.of(2),
                unavailable(Strategy.prepareForUpdate(kind, asked, made, FeatureGates.DEFAULT)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sidecars=true|unrecognized feature gate: Sidecars",
                "MaxUnavailableStatefulSet|missing bool value for MaxUnavailableStatefulSet",
                "MaxUnavailableStatefulSet=yes|invalid value of MaxUnavailableStatefulSet=yes",
            })
    void refusesGatesThatItCannotSwitch(String text, String said) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> FeatureGates.parse(text));

        assertTrue(String.valueOf(thrown.getMessage()).startsWith(said), thrown.getMessage());
    }

    @Test
    void readsGatesAsOnACommandLine() {
        String last = "MaxUnavailableStatefulSet=1, MaxUnavailableStatefulSet=F,";

        assertEquals(FeatureGates.DEFAULT, FeatureGates.parse(last));
        assertEquals(FeatureGates.DEFAULT, FeatureGates.parse(""));
    }

    private static JsonObject rolling(String members) {
        return (JsonObject) json("{spec:{updateStrategy:{rollingUpdate:{" + members + "}}}}");
    }

    private static @Nullable Json unavailable(JsonObject set) {
        return set.object("spec")
                .object("updateStrategy")
                .object("rollingUpdate")
                .get("maxUnavailable");
    }

    @Test
    void saysSinceWhenAVolumeHasItsPhase() {
        JsonObject volume = created("v1", "PersistentVolume", "spec:{}");
        Kind kind = kind("v1", "PersistentVolume");
        JsonObject bound = volume.withAt(Json.of("Bound"), "status", "phase");

        JsonObject later =
                Strategy.prepareForStatusUpdate(
                        kind, bound, volume, FeatureGates.DEFAULT, NOW.plusSeconds(60));
        JsonObject same =
                Strategy.prepareForStatusUpdate(
                        kind, volume, volume, FeatureGates.DEFAULT, NOW.plusSeconds(60));

        assertEquals("2026-01-01T00:00:00Z", since(volume));
        assertEquals("2026-01-01T00:01:00Z", since(later));
        assertEquals("2026-01-01T00:00:00Z", since(same));
    }

    @Test
    void keepsOfAPodsStatusWhatARequestLeavesOut() {
        Kind kind = kind("v1", "Pod");
        JsonObject pod = created("v1", "Pod", "spec:{containers:[{name:'c'}]}");
        JsonObject told =
                (JsonObject)
                        json(
                                "{qosClass:'BestEffort',observedGeneration:2,conditions:[{type:"
                                        + "'A',observedGeneration:2},{type:'B'}]}");
        JsonObject sent =
                (JsonObject) json("{conditions:[{type:'B'},{type:'A'}],podIPs:[{ip:'10.0.0.1'}]}");

        JsonObject after =
                Strategy.prepareForStatusUpdate(
                        kind,
                        Strategy.converted(kind, pod.with("status", sent)),
                        pod.with("status", told),
                        FeatureGates.DEFAULT,
                        NOW);

        assertEquals(
                json(
                        "{qosClass:'BestEffort',observedGeneration:2,conditions:[{type:'B'},{type:"
                                + "'A',observedGeneration:2}],podIP:'10.0.0.1',podIPs:[{ip:"
                                + "'10.0.0.1'}]}"),
                after.get("status"));
    }

    @Test
    void forgetsWhatWasSaidOfDevicesThatAreNoLongerAllocated() {
        Kind kind = kind("resource.k8s.io/v1", "ResourceClaim");
        String device = "{driver:'d',pool:'p',device:'x'}";
        JsonObject claim = created("resource.k8s.io/v1", "ResourceClaim", "spec:{}");
        JsonObject old =
                claim.with("status", json("{allocation:{devices:{results:[" + device + "]}}}"));
        JsonObject freed = claim.with("status", json("{devices:[" + device + "]}"));

        JsonObject after =
                Strategy.prepareForStatusUpdate(kind, freed, old, FeatureGates.DEFAULT, NOW);

        assertFalse(after.object("status").has("devices"));
    }

    @Test
    void takesOfMetadataWhatEachKindTakesWithAStatus() {
        JsonObject old = tree("{metadata:{name:'o',labels:{a:'b'},generation:2}}");
        JsonObject sent =
                tree("{metadata:{name:'o',labels:{a:'c'},generateName:'g',generation:9}}");

        assertEquals(
                tree("{name:'o',labels:{a:'c'},generateName:'g',generation:2}"),
                metadata(kind("batch/v1", "Job"), sent, old));
        assertEquals(
                tree("{name:'o',labels:{a:'b'},generateName:'g',generation:2}"),
                metadata(kind("networking.k8s.io/v1", "ServiceCIDR"), sent, old));
        assertEquals(
                tree("{name:'o',labels:{a:'b'},generation:2}"),
                metadata(kind("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"), sent, old));
    }

    private static JsonObject metadata(Kind kind, JsonObject sent, JsonObject old) {
        return Strategy.prepareForStatusUpdate(kind, sent, old, FeatureGates.DEFAULT, NOW)
                .object("metadata");
    }

    @Test
    void countsAnEmptyListOfAPolicyAsAChange() {
        Kind kind = kind("networking.k8s.io/v1", "NetworkPolicy");
        JsonObject old = tree("{metadata:{name:'p',generation:1},spec:{podSelector:{}}}");
        JsonObject sent = tree("{metadata:{name:'p'},spec:{podSelector:{},ingress:[]}}");

        JsonObject next = Strategy.prepareForUpdate(kind, sent, old, FeatureGates.DEFAULT);

        assertEquals(2, next.object("metadata").integer("generation", 0));
    }

    @Test
    void countsWhatIsDroppedOfASliceAsAChange() {
        Kind kind = kind("discovery.k8s.io/v1", "EndpointSlice");
        JsonObject old = tree("{metadata:{name:'s',generation:1},endpoints:[{}]}");
        JsonObject sent = tree("{metadata:{name:'s'},endpoints:[{deprecatedTopology:{a:'b'}}]}");

        JsonObject next = Strategy.prepareForUpdate(kind, sent, old, FeatureGates.DEFAULT);

        assertEquals(2, next.object("metadata").integer("generation", 0));
        assertEquals(old.array("endpoints"), next.array("endpoints"));
    }

    private static JsonObject tree(String text) {
        return (JsonObject) json(text);
    }

    private static String since(JsonObject volume) {
        return volume.object("status").string("lastPhaseTransitionTime");
    }

    @Test
    void letsTheOldAndTheNewSourceOfAClaimAgree() {
        String snapshot = "{apiGroup:'snapshot.storage.k8s.io',kind:'VolumeSnapshot',name:'s'}";
        JsonObject old = claim("dataSource:" + snapshot);
        JsonObject other = claim("dataSource:{apiGroup:'e.org',kind:'K',name:'s'}");
        JsonObject next = claim("dataSourceRef:{apiGroup:'e.org',kind:'K',name:'s'}");
        JsonObject far =
                claim("dataSourceRef:{kind:'PersistentVolumeClaim',name:'s',namespace:'n'}");

        assertEquals(json(snapshot), old.get("dataSourceRef"));
        assertFalse(other.has("dataSource"));
        assertEquals(json("{apiGroup:'e.org',kind:'K',name:'s'}"), next.get("dataSource"));
        assertFalse(far.has("dataSourceRef"));
    }

    private static JsonObject claim(String source) {
        return created("v1", "PersistentVolumeClaim", "spec:{" + source + "}").object("spec");
    }

    @Test
    void keepsOnlyNamesOfAnAccountsSecrets() {
        JsonObject made =
                created("v1", "ServiceAccount", "secrets:[{name:'s',namespace:'n',kind:'K'}]");

        assertEquals(json("[{name:'s'}]"), made.get("secrets"));
    }

    @Test
    void labelsAJobAsItsTemplateUnlessItHasLabelsOfItsOwn() {
        JsonObject plain = created("batch/v1", "Job", "spec:{" + POD_TEMPLATE + "}");
        String labelled = "metadata:{name:'j',labels:{app:'a'}},spec:{" + POD_TEMPLATE + "}";
        JsonObject own = created("batch/v1", "Job", labelled);

        assertEquals(
                List.of(
                        "app",
                        "batch.kubernetes.io/controller-uid",
                        "batch.kubernetes.io/job-name",
                        "controller-uid",
                        "job-name"),
                plain.at("metadata", "labels").names());
        assertEquals(List.of("app"), own.at("metadata", "labels").names());
    }

    @Test
    void callsALocalApiServiceAvailable() {
        JsonObject made = created("apiregistration.k8s.io/v1", "APIService", "spec:{version:'v1'}");

        assertEquals(
                "Local",
                made.object("status").array("conditions").objects().get(0).string("reason"));
    }

    @Test
    void addsTheLabelsOfANewPodToSelectorsThatNameThemByKey() {
        String keys = "matchLabelKeys:['a','none'],mismatchLabelKeys:['b'],topologyKey:'t'";
        String members =
                "metadata:{name:'j',labels:{a:'1',b:'2'}},spec:{containers:[{name:'c'}],"
                        + "affinity:{podAffinity:{%1$s:[{labelSelector:{},%3$s},{%3$s}]},"
                        + "podAntiAffinity:{%2$s:[{podAffinityTerm:{labelSelector:{},%3$s}}]}},"
                        + "topologySpreadConstraints:[{labelSelector:{matchLabels:{c:'3'}},"
                        + "matchLabelKeys:['a']}]}";

        JsonObject spec =
                created("v1", "Pod", members.formatted(REQUIRED, PREFERRED, keys)).object("spec");

        Json in = json("{key:'a',operator:'In',values:['1']}");
        Json both = json("[" + in + ",{key:'b',operator:'NotIn',values:['2']}]");
        List<JsonObject> required = spec.at("affinity", "podAffinity").array(REQUIRED).objects();
        assertEquals(both, required.get(0).object("labelSelector").get("matchExpressions"));
        assertFalse(required.get(1).has("labelSelector"));
        JsonObject preferred =
                spec.at("affinity", "podAntiAffinity").array(PREFERRED).objects().getFirst();
        assertEquals(
                both, preferred.at("podAffinityTerm", "labelSelector").get("matchExpressions"));
        assertEquals(
                json("{matchLabels:{c:'3'},matchExpressions:[" + in + "]}"),
                spec.array("topologySpreadConstraints").objects().getFirst().get("labelSelector"));
    }

    private static JsonObject created(String apiVersion, String name, String members) {
        Kind kind = kind(apiVersion, name);
        String metadata = members.startsWith("metadata") ? "" : "metadata:{name:'j'},";
        JsonObject sent =
                (JsonObject)
                        json(
                                "{apiVersion:'"
                                        + apiVersion
                                        + "',kind:'"
                                        + name
                                        + "',"
                                        + metadata
                                        + members
                                        + "}");
        Schema schema = Objects.requireNonNull(Schemas.builtIn().of(kind));
        JsonObject decoded = Defaults.apply(schema, Decoder.canonical(schema, sent));
        return Strategy.prepareForCreate(kind, decoded, FeatureGates.DEFAULT, NOW);
    }

    private static Kind kind(String apiVersion, String name) {
        return Objects.requireNonNull(Kinds.builtIn().byKind(apiVersion, name));
    }

    /// JSON with names without quotes and texts in single ones.
    private static Json json(String text) {
        String quoted = text.replaceAll("([{,])(\\w+):", "$1\"$2\":").replace('\'', '"');
        return Json.parse(quoted.getBytes(StandardCharsets.UTF_8));
    }
}
