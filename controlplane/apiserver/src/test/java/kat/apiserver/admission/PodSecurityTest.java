package kat.apiserver.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PodSecurityTest {

    private static final String GOOD_CONTEXT =
            "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, runAsNonRoot: true}";

    /// @param allowed the versions, as minor numbers, of which none forbids it
    /// @param forbidden those that do
    record Case(
            String name,
            boolean restricted,
            String pod,
            List<Integer> allowed,
            List<Integer> forbidden) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "a new type of SELinux",
                        false,
                        "spec: {securityContext: {seLinuxOptions: {type: container_engine_t}}}",
                        List.of(31, 36),
                        List.of(0, 30)),
                new Case(
                        "a type of SELinux that no version knows",
                        false,
                        "spec: {securityContext: {seLinuxOptions: {type: foo_t}}}",
                        List.of(),
                        List.of(0, 36, Integer.MAX_VALUE)),
                new Case(
                        "settings of TCP",
                        false,
                        "spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_rmem}]}}",
                        List.of(32),
                        List.of(29, 31)),
                new Case(
                        "a host of a probe",
                        false,
                        "spec: {containers: [{name: a, livenessProbe: {tcpSocket: {host: b}}}]}",
                        List.of(33),
                        List.of(34, 99)),
                new Case(
                        "a profile of seccomp by annotation",
                        false,
                        """
                        metadata:
                          annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}
                        """,
                        List.of(19, 36),
                        List.of(0, 18)),
                new Case(
                        "processes of a user namespace",
                        false,
                        """
                        spec:
                          hostUsers: false
                          containers: [{name: a, securityContext: {procMount: Unmasked}}]
                        """,
                        List.of(35),
                        List.of(34)),
                new Case(
                        "no profile of seccomp",
                        true,
                        "spec: {containers: [{name: a, securityContext: " + GOOD_CONTEXT + "}]}",
                        List.of(0, 18),
                        List.of(19, 36)),
                new Case(
                        "nothing said at all",
                        true,
                        "spec: {securityContext: {runAsNonRoot: true}, containers: [{name: a}]}",
                        List.of(7),
                        List.of(8)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void judgesByTheVersionThatIsAskedFor(Case each) {
        JsonObject pod = (JsonObject) Yaml.parse(each.pod());

        for (int minor : each.allowed()) {
            assertEquals(
                    List.of(), RestrictedChecks.of(pod, each.restricted(), minor), "1." + minor);
        }
        for (int minor : each.forbidden()) {
            assertEquals(1, Math.min(1, RestrictedChecks.of(pod, each.restricted(), minor).size()));
        }
    }

    @Test
    void tellsOfPodsThatAreThereAlready() {
        TreeMap<String, List<String>> names = new TreeMap<>();
        names.put("privileged", List.of("b", "a", "c"));
        names.put("hostPort, privileged", List.of("z"));

        assertEquals(
                List.of(
                        "existing pods in namespace \"n\" violate the new PodSecurity enforce level"
                                + " \"baseline:latest\"",
                        "a (and 2 other pods): privileged",
                        "z: hostPort, privileged"),
                PodSecurity.existing("n", "baseline:latest", names));
    }
}
