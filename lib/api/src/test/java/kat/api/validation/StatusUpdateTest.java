package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Objects;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an update of a status may say, in the words of a running Kubernetes 1.36.3.
class StatusUpdateTest {

    private static final String POD_SPEC =
            "{restartPolicy:'Never',containers:[{name:'c',resources:{requests:{cpu:'1'}}},"
                    + "{name:'r',restartPolicy:'Always'}]}";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{conditions:[{type:'Ready',status:'True'},{type:'a b',status:'True'}]} |"
                        + " status.conditions[1].Type",
                "{conditions:[{type:'Ready',observedGeneration:-1}]} |"
                        + " status.conditions[0].observedGeneration",
                "{podIPs:[{ip:'10.0.0.1'},{ip:'10.0.0.2'}]} | status.podIPs",
                "{podIPs:[{ip:'010.0.0.1'}]} | status.podIPs[0]",
                "{podIPs:[{ip:'10.0.0.1'},{ip:'fd00::1'}]} | ''",
                "{hostIP:'10.0.0.1',hostIPs:[{ip:'10.0.0.2'}]} | status.hostIPs[0].ip",
                "{resourceClaimStatuses:[{name:'x'}]} | status.resourceClaimStatuses[0].name",
                "{containerStatuses:[{name:'c',allocatedResourcesStatus:[{name:'cpu'}]}]} | ''",
                "{containerStatuses:[{name:'c',allocatedResourcesStatus:[{name:'gpu'}]}]} |"
                        + " status.containerStatuses[0].allocatedResourcesStatus[0].name",
                "{containerStatuses:[{name:'c',user:{linux:{uid:-1,gid:0}}}]} |"
                        + " status.containerStatuses[0].user.linux.uid",
                "{extendedResourceClaimStatus:{resourceClaimName:'x'}} |"
                        + " status.extendedResourceClaimStatus.requestMappings"
            })
    void tellsWhatAPodMayNotSay(String status, String fields) {
        JsonObject pod =
                json(
                        "{metadata:{name:'p',namespace:'n',resourceVersion:'1'},spec:"
                                + POD_SPEC
                                + "}");

        List<String> told = fields(Kinds.POD, pod.with("status", json(status)), pod);

        assertEquals(fields.equals("''") ? List.of() : List.of(fields), told);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "apps/v1 | Deployment | finalizers[0]",
                "apps/v1 | ReplicaSet | finalizers[0]",
                "batch/v1 | Job | finalizers[0]",
                "v1 | Service | finalizers[0]",
                "batch/v1 | CronJob | -",
                "policy/v1 | PodDisruptionBudget | -",
            })
    void checksMetadataOnceMoreWithMostStatuses(String version, String name, String field) {
        Kind kind = Objects.requireNonNull(Kinds.builtIn().byKind(version, name));
        JsonObject before =
                json("{metadata:{name:'o',namespace:'n',resourceVersion:'1'},status:{}}");
        JsonObject after = before.withAt(json("{x:['f']}").array("x"), "metadata", "finalizers");

        List<String> told = fields(kind, after, before);

        assertEquals(field.equals("-") ? List.of() : List.of("metadata." + field), told);
    }

    @Test
    void checksMetadataOfARequestForACertificateBeforeAndBehindItsStatus() {
        Kind kind =
                Objects.requireNonNull(
                        Kinds.builtIn()
                                .byKind("certificates.k8s.io/v1", "CertificateSigningRequest"));
        JsonObject before = json("{metadata:{name:'o',resourceVersion:'1'},spec:{},status:{}}");
        JsonObject after = before.withAt(json("{x:['f']}").array("x"), "metadata", "finalizers");

        List<String> told = fields(kind, after, before);

        assertEquals("metadata.finalizers[0]", told.getFirst());
        assertEquals("metadata.finalizers[0]", told.getLast());
        assertEquals("spec.request", told.get(1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"c,status.containerStatuses[0].state", "r,''"})
    void keepsEndedContainersEndedUnlessTheyRestart(String container, String field) {
        JsonObject pod =
                json(
                        "{metadata:{name:'p',namespace:'n',resourceVersion:'1'},spec:"
                                + POD_SPEC
                                + ",status:{containerStatuses:[{name:'"
                                + container
                                + "',state:{terminated:{exitCode:0}}}]}}");
        JsonObject running =
                json(
                        "{containerStatuses:[{name:'"
                                + container
                                + "',state:{running:{startedAt:'2026-01-01T00:00:00Z'}}}]}");

        List<String> told = fields(Kinds.POD, pod.with("status", running), pod);

        assertEquals(field.isEmpty() || field.equals("''") ? List.of() : List.of(field), told);
    }

    @Test
    void wantsCompleteConditionsOfADisruptionBudget() {
        Kind kind = kind("policy/v1", "PodDisruptionBudget");
        JsonObject budget = json("{metadata:{name:'b',namespace:'n',resourceVersion:'1'},spec:{}}");
        JsonObject status = json("{conditions:[{type:'A',status:'Maybe'}]}");

        List<String> told = fields(kind, budget.with("status", status), budget);

        assertEquals(
                List.of(
                        "status.conditions[0].status",
                        "status.conditions[0].lastTransitionTime",
                        "status.conditions[0].reason"),
                told);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{reservedFor:[{resource:'pods',name:'p',uid:'u'}]} | status.reservedFor",
                "{devices:[{driver:'d',pool:'p',device:'x'}]} | status.devices[0]",
                "{allocation:{devices:{results:[{request:'q',driver:'d',pool:'p',device:'x'}]}}} |"
                        + " status.allocation.devices.results[0].request",
                "{allocation:{devices:{results:[{request:'r',driver:'d',pool:'p',device:'x'}]}},"
                        + "devices:[{driver:'d',pool:'p',device:'x',networkData:{ips:['x']}}]} |"
                        + " status.devices[0].networkData.ips[0]"
            })
    void tellsWhatAClaimOfDevicesMayNotSay(String status, String field) {
        Kind kind = kind("resource.k8s.io/v1", "ResourceClaim");
        JsonObject claim =
                json(
                        "{metadata:{name:'c',namespace:'n',resourceVersion:'1'},spec:{devices:{requests:[{name:'r',"
                                + "exactly:{deviceClassName:'k'}}]}}}");

        assertEquals(List.of(field), fields(kind, claim.with("status", json(status)), claim));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,''",
        "010.0.0.1,must not have leading 0s",
        "::ffff:1.2.3.4,must not be an IPv4-mapped IPv6 address",
        "::ffff:1.2.3.4:5,'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'"
    })
    void tellsWhatIsWrongWithAnAddress(String text, String fault) {
        List<String> wanted = fault.isEmpty() ? List.of() : List.of(fault);

        assertEquals(wanted, Addresses.faults(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,''",
        "0.0.0.0/0,''",
        "fd00::/8,''",
        "10.0.0.1/8,must not have bits set beyond the prefix length",
        "010.0.0.0/8,must not have leading 0s in IP or prefix length",
        "10.0.0.0/08,must not have leading 0s in IP or prefix length",
        "::ffff:1.2.3.0/120,must not have an IPv4-mapped IPv6 address",
        "10.0.0.0,'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'"
    })
    void tellsWhatIsWrongWithANetwork(String text, String fault) {
        List<String> wanted = fault.isEmpty() ? List.of() : List.of(fault);

        assertEquals(wanted, Addresses.networkFaults(text));
    }

    private static Kind kind(String apiVersion, String name) {
        return Objects.requireNonNull(Kinds.builtIn().byKind(apiVersion, name));
    }

    private static List<String> fields(Kind kind, JsonObject after, JsonObject before) {
        return Validation.updateStatus(kind, new KubeObject(after), new KubeObject(before)).stream()
                .map(fault -> fault.field())
                .toList();
    }

    private static JsonObject json(String text) {
        String quoted = text.replaceAll("([{,])([A-Za-z]+):", "$1'$2':").replace('\'', '"');
        return (JsonObject) Json.parse(quoted.getBytes(UTF_8));
    }
}
