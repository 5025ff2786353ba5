package kat.kubelet.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodNamesTest {

    private static final String DOMAIN = "cluster.local";

    private static KubeObject pod(String name, String spec) {
        String json = "{`metadata`:{`name`:`%s`,`namespace`:`ns`},`spec`:{%s}}";
        return KubeObject.parse(
                json.formatted(name, spec).replace(';', ',').replace('`', '"').getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "'', p, ''",
        "`hostname`:`h`, h, ''",
        "`subdomain`:`s`, p, s.ns.svc.cluster.local",
        "`hostname`:`h`;`subdomain`:`s`, h, s.ns.svc.cluster.local",
        "`subdomain`:`s`;`setHostnameAsFQDN`:true, p.s.ns.svc.cluster.local, ''",
        "`setHostnameAsFQDN`:true, p, ''",
        "`hostname`:`h`;`subdomain`:`s`;`hostnameOverride`:`o.x`, o.x, ''",
    })
    void areAsThePodSays(String spec, String hostname, String domain) throws IOException {
        assertEquals(new PodNames(hostname, domain), PodNames.of(pod("p", spec), DOMAIN));
    }

    @Test
    void cutsALongName() throws IOException {
        String name = "a".repeat(62) + "-" + "b".repeat(10);

        assertEquals("a".repeat(62), PodNames.of(pod(name, ""), DOMAIN).hostname());
    }

    @Test
    void refusesAWholeNameThatTheKernelCannotKeep() throws IOException {
        String spec = "`subdomain`:`s`,`setHostnameAsFQDN`:true";
        String rest = ".s.ns.svc.cluster.local";
        String longest = "a".repeat(64 - rest.length());

        assertEquals(longest + rest, PodNames.of(pod(longest, spec), DOMAIN).hostname());
        IOException refused =
                assertThrows(
                        IOException.class, () -> PodNames.of(pod(longest + "a", spec), DOMAIN));
        assertEquals(
                "failed to construct FQDN from pod hostname and cluster domain, FQDN "
                        + longest
                        + "a"
                        + rest
                        + " is too long (64 characters is the max, 65 characters requested)",
                refused.getMessage());
    }
}
