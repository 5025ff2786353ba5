package kat.api.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which fields each kind lets be selected by, and what they are compared with.
class FieldsOfKindsTest {

    private static final String NAMES = "metadata.name metadata.namespace ";
    private static final String UNKNOWN = "field label not supported: %s";

    /// All kinds that offer other fields than their name and namespace, with the words in which
    /// they refuse the rest.
    private static final Map<String, Offer> OFFERS = new LinkedHashMap<>();

    private record Offer(List<String> fields, String refusal) {}

    static {
        offer(
                "v1 Pod",
                NAMES
                        + "spec.nodeName spec.host spec.restartPolicy spec.schedulerName"
                        + " spec.serviceAccountName spec.hostNetwork status.phase status.podIP"
                        + " status.podIPs status.nominatedNodeName",
                UNKNOWN);
        offer("v1 Node", "metadata.name spec.unschedulable", UNKNOWN);
        offer("v1 ReplicationController", NAMES + "status.replicas", UNKNOWN);
        offer(
                "v1 Event",
                NAMES
                        + "involvedObject.kind involvedObject.namespace involvedObject.name"
                        + " involvedObject.uid involvedObject.apiVersion"
                        + " involvedObject.resourceVersion involvedObject.fieldPath reason"
                        + " reportingComponent source type",
                UNKNOWN);
        offer(
                "events.k8s.io/v1 Event",
                NAMES
                        + "regarding.kind regarding.namespace regarding.name regarding.uid"
                        + " regarding.apiVersion regarding.resourceVersion regarding.fieldPath"
                        + " reason reportingController type",
                UNKNOWN);
        offer("v1 Namespace", "metadata.name status.phase", UNKNOWN);
        offer("v1 Secret", NAMES + "type", UNKNOWN);
        offer("v1 Service", NAMES + "spec.clusterIP spec.type", UNKNOWN);
        offer(
                "batch/v1 Job",
                NAMES + "status.successful",
                "field label \"%s\" not supported for Job");
        offer(
                "certificates.k8s.io/v1 CertificateSigningRequest",
                "metadata.name spec.signerName",
                UNKNOWN);
        offer(
                "resource.k8s.io/v1 ResourceSlice",
                "metadata.name spec.nodeName spec.driver",
                "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: %s");
    }

    private static void offer(String kind, String fields, String refusal) {
        OFFERS.put(kind, new Offer(List.of(fields.split(" ")), refusal));
    }

    private static String answer(Kind kind, String field) {
        try {
            var _ = FieldSelector.parse(kind, field + "=x");
            return "";
        } catch (SelectorException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void eachKindOffersTheFieldsThatKubernetesOffersAndRefusesAllOthersInItsWords() {
        TreeSet<String> all = new TreeSet<>(List.of("spec.nope", "spec", "status.replicas"));
        OFFERS.values().forEach(each -> all.addAll(each.fields()));
        Offer usual =
                new Offer(
                        List.of("metadata.name", "metadata.namespace"),
                        "\"%s\" is not a known field selector: only \"metadata.name\","
                                + " \"metadata.namespace\"");
        List<String> wrong = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();

        for (Kind kind : Kinds.builtIn().all()) {
            Offer offer = OFFERS.getOrDefault(kind.toString(), usual);
            seen.add(kind.toString());
            for (String field : all) {
                String wanted =
                        offer.fields().contains(field) ? "" : offer.refusal().formatted(field);
                String told = answer(kind, field);
                if (!told.equals(wanted)) {
                    wrong.add(kind + " " + field + ": " + told);
                }
            }
        }

        assertEquals(List.of(), wrong);
        assertTrue(seen.containsAll(OFFERS.keySet()), "kinds that are not served: " + seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pod|spec.host=a,spec.nodeName=a|{spec:{nodeName:'a'}}",
                "Pod|spec.host!=b|{spec:{nodeName:'a'}}",
                "Pod|spec.hostNetwork=false|{spec:{}}",
                "Pod|spec.hostNetwork=true|{spec:{hostNetwork:true}}",
                "Pod|status.podIP=1.2.3.4|{status:{podIP:'1.2.3.4',podIPs:[{ip:'1.2.3.4'}]}}",
                "Pod|status.podIPs=|{status:{podIP:'1.2.3.4',podIPs:[{ip:'1.2.3.4'}]}}",
                "Pod|status.nominatedNodeName=,status.phase=|{}",
                "Node|spec.unschedulable=false|{}",
                "Node|spec.unschedulable=true|{spec:{unschedulable:true}}",
                "ReplicationController|status.replicas=0|{}",
                "ReplicationController|status.replicas=2|{status:{replicas:2}}",
                "Event|source=kubelet|{source:{component:'kubelet'},reportingComponent:'x'}",
                "Event|source=x,reportingComponent=x|{reportingComponent:'x'}",
                "Event|involvedObject.name=p,type!=Normal|{involvedObject:{name:'p'}}",
                "Namespace|status.phase=Active|{status:{phase:'Active'}}",
                "Secret|type=Opaque|{type:'Opaque'}",
                "Service|spec.clusterIP=None,spec.type=ClusterIP|{spec:{clusterIP:'None',type:'ClusterIP'}}",
            })
    void comparesWhatKubernetesCompares(String kind, String selector, String object) {
        Kind known = Kinds.builtIn().require("v1", kind);

        assertTrue(FieldSelector.parse(known, selector).matches(known, object(object)));
    }

    @Test
    void jobsAreSelectedByHowManyPodsSucceeded() {
        Kind jobs = Kinds.builtIn().require("batch/v1", "Job");

        FieldSelector three = FieldSelector.parse(jobs, "status.successful=3");

        assertTrue(three.matches(jobs, object("{status:{succeeded:3}}")));
        assertTrue(FieldSelector.parse(jobs, "status.successful=0").matches(jobs, object("{}")));
    }

    private static KubeObject object(String brief) {
        String json = brief.replace('\'', '"').replaceAll("([{,])([a-zA-Z]+):", "$1\"$2\":");
        return new KubeObject((JsonObject) Json.parse(json.getBytes(StandardCharsets.UTF_8)));
    }
}
