package kat.ingress;

import java.util.ArrayList;
import java.util.List;
import kat.base.Check;
import kat.ingress.proxy.FrontConfig;

/// Where Ingress listens.
///
/// @param hosts addresses of this machine, 1 or more; they become the status of Ingress objects
/// @param also further addresses, listened on where they can be had; not told in any status
/// @param httpPorts the first that can be had is taken; 0 stands for any free one
/// @param httpsPorts the first that can be had is taken; 0 stands for any free one
public record IngressConfig(
        List<String> hosts,
        List<String> also,
        List<Integer> httpPorts,
        List<Integer> httpsPorts,
        FrontConfig front) {

    /// From 80, from 443: where they cannot be had, the next ones that people know.
    public static final List<Integer> USUAL_HTTP = ports(80, 8080);

    public static final List<Integer> USUAL_HTTPS = ports(443, 8443);

    private static final int TRIES = 20;

    public IngressConfig {
        hosts = List.copyOf(hosts);
        also = List.copyOf(also);
        httpPorts = List.copyOf(httpPorts);
        httpsPorts = List.copyOf(httpsPorts);
        Check.argument(!hosts.isEmpty(), "Ingress listens on at least one address");
    }

    private static List<Integer> ports(int usual, int next) {
        List<Integer> ports = new ArrayList<>(List.of(usual));
        for (int i = 0; i < TRIES; i++) {
            ports.add(next + i);
        }
        return List.copyOf(ports);
    }
}
