package kat.api.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What Kubernetes 1.36.3 says of new objects with faults.
class NewObjectRulesTest {

    private static final String LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                    + " and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                    + " '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    /// @param kind its `apiVersion` and name
    /// @param body what stands beside the metadata
    record Case(String kind, String body, List<String> faults) {
        Case(String kind, String body, String... faults) {
            this(kind, body, List.of(faults));
        }
    }

    static Stream<Case> cases() {
        return Stream.of(devices(), networks(), jobs(), pods()).flatMap(each -> each);
    }

    private static Stream<Case> devices() {
        return Stream.of(
                new Case(
                        "resource.k8s.io/v1 ResourceClaim",
                        "spec: {devices: {requests: [{exactly: {deviceClassName: c,"
                                + " allocationMode: All}}]}}",
                        "spec.devices.requests[0].name: Invalid value: \"\": " + LABEL),
                new Case(
                        "resource.k8s.io/v1 ResourceClaim",
                        "spec: {devices: {constraints: [{matchAttribute: x}, {matchAttribute: /x},"
                                + " {matchAttribute: a/b/c}]}}",
                        "spec.devices.constraints[0].matchAttribute: Invalid value: \"x\": a fully"
                                + " qualified name must be a domain and a name separated by a"
                                + " slash",
                        "spec.devices.constraints[1].matchAttribute: Invalid value: \"\": the"
                                + " domain must not be empty"));
    }

    private static Stream<Case> networks() {
        return Stream.of(
                new Case(
                        "networking.k8s.io/v1 NetworkPolicy",
                        "spec: {ingress: [{from: [{ipBlock: {cidr: 010.0.0.0/8, except: [x]}}]}]}",
                        "spec.ingress[0].from[0].ipBlock.cidr: Invalid value: \"010.0.0.0/8\": must"
                                + " not have leading 0s in IP or prefix length",
                        "spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"x\": must be a"
                                + " valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
                new Case(
                        "networking.k8s.io/v1 NetworkPolicy",
                        "spec: {egress: [{to: [{ipBlock: {cidr: 10.0.0.1/8}}]}]}",
                        "spec.egress[0].to[0].ipBlock.cidr: Invalid value: \"10.0.0.1/8\": must not"
                                + " have bits set beyond the prefix length"),
                new Case(
                        "node.k8s.io/v1 RuntimeClass",
                        "{handler: h, overhead: {podFixed: {requests.a.b/c: '1'}}}",
                        "overhead.limits[requests.a.b/c]: Invalid value: \"requests.a.b/c\": doesn't"
                                + " follow extended resource name standard"),
                new Case("v1 ResourceQuota", "spec: {hard: {count/a.b: 1E}}"));
    }

    private static Stream<Case> jobs() {
        return Stream.of(
                new Case(
                        "batch/v1 CronJob",
                        "spec: {schedule: 'CRON_TZ=x * * * * *', timeZone: local, jobTemplate:"
                                + " {spec: {template: {spec: {restartPolicy: Never, containers:"
                                + " [{name: a, image: i}]}}}}}",
                        "spec.schedule: Invalid value: \"CRON_TZ=x * * * * *\": provided bad"
                                + " location x: unknown time zone x",
                        "spec.schedule: Invalid value: \"CRON_TZ=x * * * * *\": cannot use TZ or"
                                + " CRON_TZ in schedule, use timeZone field instead",
                        "spec.timeZone: Invalid value: \"local\": timeZone must be an explicit time"
                                + " zone as defined in https://www.iana.org/time-zones",
                        "spec.timeZone: Invalid value: \"local\": unknown time zone local"),
                new Case(
                        "batch/v1 Job",
                        "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels:"
                                + " {a: b, job-name: x}}, spec: {restartPolicy: Never,"
                                + " containers: [{name: a, image: i}]}}}",
                        "spec.template.metadata.labels[job-name]: Invalid value:"
                                + " {\"a\":\"b\",\"batch.kubernetes.io/controller-uid\":\"u\","
                                + "\"batch.kubernetes.io/job-name\":\"m\","
                                + "\"controller-uid\":\"u\",\"job-name\":\"x\"}: must be 'm'",
                        "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\","
                                + "\"batch.kubernetes.io/controller-uid\":\"u\"}}: `selector` not"
                                + " auto-generated"),
                new Case(
                        "apps/v1 Deployment",
                        "spec: {selector: {matchLabels: {a: b}}, strategy: {type: x, rollingUpdate:"
                                + " {maxSurge: 1}}, template: {metadata: {labels: {a: b}}, spec:"
                                + " {containers: [{name: a, image: i}]}}}",
                        "spec.strategy: Unsupported value: {\"Type\":\"x\",\"RollingUpdate\":"
                                + "{\"MaxUnavailable\":0,\"MaxSurge\":1}}: supported values:"
                                + " \"Recreate\", \"RollingUpdate\""));
    }

    private static Stream<Case> pods() {
        return Stream.of(
                new Case(
                        "v1 ReplicationController",
                        "spec: {replicas: 1, template: {spec: {containers: [{name: a, image: i}]}}}",
                        "spec.selector: Required value"),
                new Case(
                        "v1 PodTemplate",
                        "template: {spec: {resources: {claims: [{name: c, request: A}]},"
                                + " containers: [{name: a, image: i, env: [{name: E, valueFrom:"
                                + " {fieldRef: {apiVersion: x, fieldPath: z}}}]}]}}",
                        "template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid"
                                + " value: \"z\": error converting fieldPath: unsupported pod"
                                + " version: x",
                        "template.spec.resources.claims: Forbidden: claims may not be set for"
                                + " Resources at pod-level",
                        "template.spec.resources.claims[0].request: Invalid value: \"A\": " + LABEL,
                        "template.spec.resources.claims[0]: Not found: \"c\": must be one of the"
                                + " names in pod.spec.resourceClaims which is empty"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsFaultsInKubernetesWords(Case each) {
        Kind kind = kind(each.kind());

        List<Status.Cause> faults =
                Validation.create(kind, new KubeObject(TestDefaults.of(kind, sent(each))));

        assertEquals(
                each.faults(),
                faults.stream().map(fault -> fault.field() + ": " + fault.message()).toList());
    }

    static Stream<Case> warned() {
        return Stream.of(
                new Case(
                        "discovery.k8s.io/v1 EndpointSlice",
                        "addressType: FQDN",
                        "spec.addressType: FQDN endpoints are deprecated"),
                new Case(
                        "storage.k8s.io/v1 CSIDriver",
                        "spec: {tokenRequests: [{audience: a}]}",
                        "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI"
                                + " driver, set to true to prevent possible logging of tokens in"
                                + " volume attributes"));
    }

    @ParameterizedTest
    @MethodSource("warned")
    void warnsInKubernetesWords(Case each) {
        Kind kind = kind(each.kind());

        assertEquals(each.faults(), Warnings.create(kind, new KubeObject(sent(each))));
    }

    private static Kind kind(String text) {
        String[] words = text.split(" ", -1);
        return Objects.requireNonNull(Kinds.builtIn().byKind(words[0], words[1]));
    }

    private static JsonObject sent(Case each) {
        return ((JsonObject) Yaml.parse(each.body()))
                .with("metadata", JsonObject.of("name", Json.of("m")));
    }
}
