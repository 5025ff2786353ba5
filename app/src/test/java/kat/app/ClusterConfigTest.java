package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterConfigTest {

    private static ClusterConfig parse(String yaml) {
        return ClusterConfig.parse((JsonObject) Yaml.parse(yaml), ClusterConfig.DEFAULTS);
    }

    @Test
    void whatIsNotNamedIsTheDefault() {
        ClusterConfig config = parse("{}");

        assertEquals(
                new ClusterConfig(
                        "kat",
                        6443,
                        List.of(),
                        "10.96.0.0/16",
                        "10.244.0.0/16",
                        0,
                        true,
                        "",
                        ServerOptions.NONE,
                        EtcdChoice.NONE,
                        IngressChoice.AUTOMATIC,
                        SchedulerChoice.USUAL,
                        KubeletChoice.USUAL,
                        SecondFamily.NONE),
                config);
    }

    @Test
    void everyKeyCanBeChosen() {
        ClusterConfig config =
                parse(
                        """
                        name: other
                        apiPort: 7000
                        listen: [192.0.2.7]
                        serviceRange: 10.97.0.0/16
                        podRange: 10.245.0.0/16
                        simulatedNodes: 4
                        realNode: false
                        containerdSocket: /run/containerd/containerd.sock
                        apiServer: {audit-log-maxsize: 7, audit-log-path: /var/log/audit.log}
                        store: etcd
                        etcdEndpoints: ["https://192.0.2.1:2379", "https://192.0.2.2:2379"]
                        etcdCaFile: /etc/etcd/ca.crt
                        etcdCertFile: /etc/etcd/kat.crt
                        etcdKeyFile: /etc/etcd/kat.key
                        etcdPrefix: /one
                        ingressHttpPort: 9080
                        ingressHttpsPort: 9443
                        schedulerConfig: /etc/kat/scheduler.yaml
                        kubeletConfig: /etc/kat/kubelet.yaml
                        ipFamily: dual
                        serviceRange6: fd00:1::/112
                        podRange6: fd00:2::/56
                        """);

        assertEquals(
                new ClusterConfig(
                        "other",
                        7000,
                        List.of("192.0.2.7"),
                        "10.97.0.0/16",
                        "10.245.0.0/16",
                        4,
                        false,
                        "/run/containerd/containerd.sock",
                        new ServerOptions(
                                new TreeMap<>(
                                        Map.of(
                                                "audit-log-maxsize",
                                                "7",
                                                "audit-log-path",
                                                "/var/log/audit.log"))),
                        new EtcdChoice(
                                true,
                                List.of("https://192.0.2.1:2379", "https://192.0.2.2:2379"),
                                "/etc/etcd/ca.crt",
                                "/etc/etcd/kat.crt",
                                "/etc/etcd/kat.key",
                                "/one"),
                        new IngressChoice(9080, 9443),
                        new SchedulerChoice("/etc/kat/scheduler.yaml"),
                        new KubeletChoice("/etc/kat/kubelet.yaml"),
                        new SecondFamily("fd00:1::/112", "fd00:2::/56")),
                config);
        assertEquals(config, ClusterConfig.parse(config.toJson(), ClusterConfig.DEFAULTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "apiport: 1 | unknown key \"apiport\"; known are apiPort, apiServer, containerdSocket,"
                        + " etcdCaFile, etcdCertFile, etcdEndpoints, etcdKeyFile, etcdPrefix, ingressHttpPort, ingressHttpsPort, ipFamily, kubeletConfig, listen,"
                        + " name, podRange, podRange6, realNode, schedulerConfig, serviceRange, serviceRange6, simulatedNodes, store",
                "apiServer: {audit-log-maxsize: big} | apiServer: audit-log-maxsize must be a whole"
                        + " number from 0 on, but is \"big\"",
                "apiServer: {audit-log-path: a.log} | apiServer: audit-log-path must be an absolute"
                        + " path, but is \"a.log\"",
                "apiPort: many | apiPort must be a whole number, but is \"many\"",
                "apiPort: 0 | apiPort must be 1 to 65535, but is \"0\"",
                "apiPort: 70000 | apiPort must be 1 to 65535, but is \"70000\"",
                "apiPort: 99999999999 | apiPort must be 1 to 65535, but is \"2147483647\"",
                "name: Big | name must be at most 40 lower-case letters, digits and '-', but is"
                        + " \"Big\"",
                "simulatedNodes: -1 | simulatedNodes must be 0 to 10000, but is \"-1\"",
                "simulatedNodes: 10001 | simulatedNodes must be 0 to 10000, but is \"10001\"",
                "containerdSocket: a.sock | containerdSocket must be an absolute path or empty, but"
                        + " is \"a.sock\"",
                "realNode: maybe | realNode must be true or false, but is \"maybe\"",
                "listen: here | listen must be a list of texts, but is \"here\"",
                "listen: [here] | listen must be a list of IPv4 addresses, but is \"here\"",
                "serviceRange: 10.96.0.0 | serviceRange must be an IPv4 range such as 10.96.0.0/16"
                        + " of 8 to 28 bits, but is \"10.96.0.0\"",
                "store: files | store must be embedded or etcd, but is \"files\"",
                "store: etcd | store must be embedded without etcdEndpoints, but is \"etcd\"",
                "etcdEndpoints: ['http://a:1'] | store must be etcd with etcdEndpoints, but is"
                        + " \"embedded\"",
                "etcdEndpoints: [a] | etcdEndpoints must be a list of http(s)://HOST:PORT, but is"
                        + " \"a\"",
                "etcdKeyFile: k | etcdKeyFile must be the key of etcdCertFile, but is \"k\"",
                "etcdPrefix: /a/ | etcdPrefix must be a path such as /registry, but is \"/a/\"",
                "podRange: 10.244.0.0/30 | podRange must be an IPv4 range such as 10.96.0.0/16 of"
                        + " 8 to 24 bits, but is \"10.244.0.0/30\"",
                "podRange: 'fd00::/24' | podRange must be an IPv4 range such as 10.96.0.0/16 of"
                        + " 8 to 24 bits, but is \"fd00::/24\"",
                "ipFamily: ipv6 | ipFamily must be ipv4 or dual, but is \"ipv6\"",
                "serviceRange6: 'fd00::/112' | ipFamily must be dual where IPv6 ranges are named,"
                        + " but is \"ipv4\"",
                "{ipFamily: dual, serviceRange6: 'fd00::/64', podRange6: 'fd00:1::/56'} |"
                        + " serviceRange6 must be an IPv6 range of 108 to 120 bits, such as"
                        + " fd00::/108, but is \"fd00::/64\"",
                "{ipFamily: dual, serviceRange6: 'fd00::/112', podRange6: 'fd00::/56'} |"
                        + " podRange6 must be apart from serviceRange6, but is \"fd00::/56\"",
                "{ipFamily: dual, serviceRange6: 'fd00::/112'} | podRange6 must be an IPv6 range of"
                        + " 40 to 64 bits, such as fd00::/40, but is \"dual\"",
            })
    void whatCannotBeIsRefusedInOneSentence(String yaml, String sentence) {
        var refused = assertThrows(ClusterConfig.ConfigException.class, () -> parse(yaml));

        assertEquals(sentence, refused.getMessage());
    }
}
