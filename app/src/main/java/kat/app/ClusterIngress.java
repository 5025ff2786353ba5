package kat.app;

import java.security.KeyPair;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.apiserver.pki.CertificateSpec;
import kat.apiserver.pki.Certificates;
import kat.apiserver.pki.Identity;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.ingress.IngressConfig;
import kat.ingress.IngressController;
import kat.ingress.proxy.FrontConfig;
import kat.ingress.route.Certificate;

/// Ingress of a cluster: it listens where node ports do.
final class ClusterIngress {

    private static final String USER = "system:kat:ingress";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String LOOPBACK6 = "::1";
    private static final String ALL = "0.0.0.0";
    private static final String ALL6 = "::";
    private static final Duration VALIDITY = Duration.ofDays(365);

    private ClusterIngress() {}

    static IngressController of(
            ClusterConfig config, ControlPlane controlPlane, Ticker ticker, Randomness randomness) {
        List<String> hosts = hosts(config.listen());
        Set<String> named = new LinkedHashSet<>(List.of(LOOPBACK, LOOPBACK6));
        named.addAll(config.listen());
        IngressController ingress =
                new IngressController(
                        new IngressConfig(
                                hosts,
                                also(hosts),
                                ports(config.ingress().httpPort(), IngressConfig.USUAL_HTTP),
                                ports(config.ingress().httpsPort(), IngressConfig.USUAL_HTTPS),
                                FrontConfig.defaults(Runtime.getRuntime().availableProcessors())),
                        controlPlane.transport(USER),
                        controlPlane.informers(),
                        () -> certificate(controlPlane, List.copyOf(named), ticker, randomness),
                        ticker,
                        randomness);
        controlPlane.apiServer().metrics().add(ingress);
        return ingress;
    }

    /// Where to listen: on loopback and as asked. An address that means all others stands alone,
    /// since Linux gives a port to no second listener whose address the first one covers. `::`
    /// means those of IPv4 too.
    ///
    /// @param asked by the configuration
    static List<String> hosts(List<String> asked) {
        if (asked.contains(ALL6)) {
            return List.of(ALL6);
        }
        boolean all = asked.contains(ALL);
        Set<String> hosts = new LinkedHashSet<>();
        hosts.add(all ? ALL : LOOPBACK);
        asked.stream().filter(each -> !all || each.contains(":")).forEach(hosts::add);
        return List.copyOf(hosts);
    }

    /// Where to listen if the machine has it: `localhost` stands for loopback of both families.
    static List<String> also(List<String> hosts) {
        return hosts.contains(ALL6) || hosts.contains(LOOPBACK6) ? List.of() : List.of(LOOPBACK6);
    }

    private static List<Integer> ports(int chosen, List<Integer> usual) {
        return chosen == 0 ? usual : List.of(chosen);
    }

    /// What hosts without a Secret show: signed by the cluster, for the machine itself.
    private static Certificate certificate(
            ControlPlane controlPlane, List<String> hosts, Ticker ticker, Randomness randomness) {
        Certificates certificates = new Certificates(ticker, randomness);
        KeyPair pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        "KAT Ingress Default Certificate",
                        List.of(),
                        List.of("localhost", "*.localhost", "ingress.local"),
                        hosts,
                        CertificateSpec.Use.SERVER,
                        VALIDITY,
                        pair.getPublic());
        Identity identity =
                certificates.issue(
                        controlPlane.apiServer().pki().authority(), spec, pair.getPrivate());
        return new Certificate("default", List.of(identity.certificate()), identity.key());
    }
}
