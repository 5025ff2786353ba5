package kat.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.KubeObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a pod counts for while its containers are resized.
class PodRequestsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | | cpu=1000",
                "1 | {allocatedResources: {cpu: '2'}} | cpu=1000",
                "1 | {resources: {requests: {cpu: '2'}}} | cpu=2000",
                "1 | {resources: {requests: {cpu: '2'}}, allocatedResources: {cpu: '3'}} | cpu=3000",
                "4 | {resources: {requests: {cpu: '2'}}, allocatedResources: {cpu: '3'}} | cpu=4000",
                "1 | {resources: {}} | cpu=1000"
            })
    void countsTheLargestOfAskedAllottedAndHeld(String asked, String told, String wanted) {
        assertEquals(wanted, PodRequests.of(pod(asked, told, "")).toString());
    }

    @ParameterizedTest
    @CsvSource({"Infeasible, cpu=3000", "Deferred, cpu=4000"})
    void countsNothingThatTheNodeCanNeverGive(String reason, String wanted) {
        KubeObject pod =
                pod(
                        "4",
                        "{resources: {requests: {cpu: '2'}}, allocatedResources: {cpu: '3'}}",
                        "{type: PodResizePending, status: 'True', reason: " + reason + "}");

        assertEquals(wanted, PodRequests.of(pod).toString());
        assertEquals(wanted + ",memory=" + (200L << 20), PodRequests.forScoring(pod).toString());
    }

    @ParameterizedTest
    @CsvSource({"Always, cpu=5000", "'', cpu=4000"})
    void looksAtWhatSidecarsHoldAndNotAtOtherInitContainers(String policy, String wanted) {
        KubeObject pod =
                yaml(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: p, namespace: default}
                        spec:
                          containers:
                          - {name: a, resources: {requests: {cpu: '4'}}}
                          initContainers:
                          - {name: i, restartPolicy: '%s', resources: {requests: {cpu: 500m}}}
                        status:
                          initContainerStatuses:
                          - {name: i, resources: {requests: {cpu: '1'}}}
                        """
                                .formatted(policy));

        assertEquals(wanted, PodRequests.of(pod).toString());
    }

    @ParameterizedTest
    @CsvSource({"'', cpu=2000", "'{requests: {cpu: 3}, limits: {}}', cpu=3000"})
    void looksAtWhatThePodItselfHolds(String held, String wanted) {
        KubeObject pod =
                yaml(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: p, namespace: default}
                        spec:
                          resources: {requests: {cpu: '2'}}
                          containers:
                          - {name: a, resources: {requests: {cpu: '1'}}}
                        status: {%s}
                        """
                                .formatted(held.isEmpty() ? "" : "resources: " + held));

        assertEquals(wanted, PodRequests.of(pod).toString());
    }

    private static KubeObject pod(String asked, String told, String condition) {
        String status = told == null ? "{}" : told;
        return yaml(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: p, namespace: default}
                spec:
                  containers:
                  - {name: a, resources: {requests: {cpu: '%s'}}}
                status:
                  conditions: [%s]
                  containerStatuses:
                  - %s
                """
                        .formatted(asked, condition, "{name: a, " + status.substring(1)));
    }

    private static KubeObject yaml(String text) {
        return new KubeObject(Yaml.readObjects(text).getFirst());
    }
}
