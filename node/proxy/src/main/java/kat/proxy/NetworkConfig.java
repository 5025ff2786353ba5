package kat.proxy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.nftables.Ipv4Range;

/// Where one cluster's network lies on this machine.
///
/// @param cluster the cluster's name; its packet rules are in the table `kat-NAME`
/// @param nodeName the Node object of this machine
/// @param zone the node's `topology.kubernetes.io/zone`; empty when it has none
/// @param serviceRange addresses of Services
/// @param clusterRange addresses of all pods of the cluster
/// @param podRange addresses of this node's pods, inside `clusterRange`; the first is the gateway
/// @param listen addresses of the machine on which node ports and host ports answer outsiders;
///     `0.0.0.0` means all; empty means none
public record NetworkConfig(
        String cluster,
        String nodeName,
        String zone,
        Ipv4Range serviceRange,
        Ipv4Range clusterRange,
        Ipv4Range podRange,
        List<String> listen) {

    private static final String EVERY_ADDRESS = "0.0.0.0";

    public NetworkConfig {
        listen = List.copyOf(listen);
        if (!cluster.matches("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "cluster name must be at most 40 lower-case letters, digits and '-': "
                            + cluster);
        }
        if (!clusterRange.overlaps(podRange) || podRange.prefix() < clusterRange.prefix()) {
            throw new IllegalArgumentException(
                    "pod range " + podRange + " is not inside " + clusterRange);
        }
        if (serviceRange.overlaps(clusterRange)) {
            throw new IllegalArgumentException(
                    "service range " + serviceRange + " overlaps pod range " + clusterRange);
        }
        for (String address : listen) {
            if (!Ipv4Range.isAddress(address)) {
                throw new IllegalArgumentException(
                        "listen address is not an IPv4 address: " + address);
            }
        }
    }

    /// The name of the cluster's table of packet rules.
    public String table() {
        return "kat-" + cluster;
    }

    /// The machine's address inside the pod range: what pods know as their router, and where API
    /// server and cluster DNS listen for them.
    public String gateway() {
        return podRange.address(1);
    }

    /// The addresses of the machine on which ports of the node answer.
    List<String> nodePortAddresses() {
        if (listensEverywhere()) {
            return List.of(EVERY_ADDRESS);
        }
        Set<String> addresses = new LinkedHashSet<>(List.of("127.0.0.1", gateway()));
        addresses.addAll(listen);
        return List.copyOf(addresses);
    }

    public boolean listensEverywhere() {
        return listen.contains(EVERY_ADDRESS);
    }
}
