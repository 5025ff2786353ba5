package kat.apiserver.services;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceFamiliesTest {

    private static final ServiceFamilies ONE = new ServiceFamilies(List.of("IPv4"));
    private static final ServiceFamilies TWO = new ServiceFamilies(List.of("IPv4", "IPv6"));
    private static final String BOTH =
            "clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7, 'fd00::7'], ipFamilies: [IPv4, IPv6], "
                    + "ipFamilyPolicy: PreferDualStack";

    private static JsonObject service(String spec) {
        return Yaml.parse("{spec: {type: ClusterIP, " + spec + "}}") instanceof JsonObject tree
                ? tree
                : JsonObject.EMPTY;
    }

    /// The policy and the families that come of a wish, or the first reason why none do.
    private static String settled(ServiceFamilies families, String live, String wish) {
        JsonObject before = live.isEmpty() ? JsonObject.EMPTY : service(live);
        ServiceFamilies.Outcome outcome =
                families.settle(before, ServiceShape.aligned(before, service(wish)));
        for (Status.Cause fault : outcome.faults()) {
            return fault.field() + ": " + fault.message();
        }
        JsonObject spec = outcome.service().object("spec");
        return spec.string("ipFamilyPolicy")
                + " "
                + String.join(",", spec.array("ipFamilies").strings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "selector: {a: b}                                   | SingleStack IPv4",
                "ipFamilies: [IPv6]                                 | SingleStack IPv6",
                "ipFamilyPolicy: PreferDualStack                    | PreferDualStack IPv4,IPv6",
                "ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6] "
                        + "| RequireDualStack IPv6,IPv4",
                "ipFamilyPolicy: PreferDualStack, clusterIP: 'fd00::3' "
                        + "| PreferDualStack IPv6,IPv4",
                "clusterIP: 'fd00::3'                               | SingleStack IPv6",
                "clusterIP: None, selector: {a: b}                  | SingleStack IPv4",
                "clusterIP: None                                    | RequireDualStack IPv4,IPv6",
                "clusterIP: None, ipFamilies: [IPv6]                | RequireDualStack IPv6,IPv4",
                "ipFamilies: [IPv4, IPv6]                           | spec.ipFamilyPolicy: Invalid"
                        + " value: \"SingleStack\": must be 'RequireDualStack' or"
                        + " 'PreferDualStack' when multiple IP families are specified",
                "clusterIP: 'fd00::3', ipFamilies: [IPv4]           | spec.clusterIPs[0]: Invalid"
                        + " value: \"fd00::3\": expected an IPv4 value as indicated by"
                        + " `ipFamilies[0]`",
            })
    void newOnesHaveWhatTheyAskForWhereThereAreTwo(String wish, String expected) {
        assertEquals(expected, settled(TWO, "", wish));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ipFamilyPolicy: PreferDualStack    | PreferDualStack IPv4",
                "ipFamilyPolicy: RequireDualStack   | spec.ipFamilyPolicy: Invalid value:"
                        + " \"RequireDualStack\": this cluster is not configured for dual-stack"
                        + " services",
                "ipFamilies: [IPv6]                 | spec.ipFamilies[0]: Invalid value: \"IPv6\":"
                        + " not configured on this cluster",
                "clusterIP: 'fd00::3'               | spec.clusterIPs[0]: Invalid value:"
                        + " [\"fd00::3\"]: IPv6 is not configured on this cluster",
                "clusterIP: None, ipFamilies: [IPv6] | RequireDualStack IPv6,IPv4",
            })
    void newOnesHaveTheOneFamilyThereIs(String wish, String expected) {
        assertEquals(expected, settled(ONE, "", wish));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ipFamilyPolicy: SingleStack                        | SingleStack IPv4",
                "selector: {a: b}                                   | PreferDualStack IPv4,IPv6",
                "clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]      | spec.ipFamilyPolicy: Invalid"
                        + " value: \"PreferDualStack\": must be 'SingleStack' to release the"
                        + " secondary cluster IP",
                "ipFamilies: [IPv4]                                 | spec.ipFamilyPolicy: Invalid"
                        + " value: \"PreferDualStack\": must be 'SingleStack' to release the"
                        + " secondary IP family",
            })
    void secondFamiliesAreGivenUpOnlyWhenThatIsSaid(String wish, String expected) {
        assertEquals(expected, settled(TWO, BOTH, wish));
    }

    @Test
    void whatPrefersTwoKeepsTheOneItHasWhenTheClusterGetsASecond() {
        String live =
                "clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], ipFamilies: [IPv4], "
                        + "ipFamilyPolicy: PreferDualStack";

        assertEquals("PreferDualStack IPv4", settled(TWO, live, live));
        assertEquals(
                "RequireDualStack IPv4,IPv6",
                settled(TWO, live, live.replace("Prefer", "Require")));
    }
}
