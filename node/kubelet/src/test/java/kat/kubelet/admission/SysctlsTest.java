package kat.kubelet.admission;

import static kat.kubelet.admission.SysctlsTest.Case.taken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SysctlsTest {

    /// @param message empty when the pod may run
    record Case(String spec, String sysctl, String message) {
        static Case taken(String sysctl) {
            return new Case("", sysctl, "");
        }
    }

    static List<Case> cases() {
        return List.of(
                taken("kernel.shm_rmid_forced"),
                taken("net/ipv4/tcp_syncookies"),
                taken("net.ipv4.tcp_keepalive_time"),
                new Case(
                        "", "kernel.msgmax", "forbidden sysctl: \"kernel.msgmax\" not allowlisted"),
                new Case(
                        "\"hostNetwork\":true,",
                        "net.ipv4.tcp_syncookies",
                        "forbidden sysctl: \"net.ipv4.tcp_syncookies\" not allowed with host Net"
                                + " enabled"),
                new Case(
                        "\"hostIPC\":true,",
                        "kernel.shm_rmid_forced",
                        "forbidden sysctl: \"kernel.shm_rmid_forced\" not allowed with host IPC"
                                + " enabled"));
    }

    @Test
    void anAdministratorMayAllowMore() {
        Sysctls more = Sysctls.with(List.of("kernel.msg*", "net.core.somaxconn"));

        assertNull(more.check(pod("kernel.msgmax")));
        assertNull(more.check(pod("net/core/somaxconn")));
        assertNotNull(more.check(pod("kernel.sem")));
        assertNotNull(more.check(pod("net.core.somaxconn2")));
        assertEquals(
                "the sysctls \"vm.swappiness\" are not known to be namespaced",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Sysctls.with(List.of("vm.swappiness")))
                        .getMessage());
    }

    private static KubeObject pod(String sysctl) {
        String spec = "{\"spec\":{\"securityContext\":{\"sysctls\":[{\"name\":\"%s\"}]}}}";
        return KubeObject.parse(spec.formatted(sysctl).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesWhatCouldHarmOthers(Case one) {
        Refusal refusal =
                Sysctls.with(List.of())
                        .check(
                                KubeObject.parse(
                                        ("{\"spec\":{"
                                                        + one.spec()
                                                        + "\"securityContext\":{\"sysctls\":[{\"name\":\""
                                                        + one.sysctl()
                                                        + "\",\"value\":\"1\"}]}}}")
                                                .getBytes(StandardCharsets.UTF_8)));

        assertEquals(one.message(), refusal == null ? "" : refusal.message());
    }
}
