package kat.proxy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// Where one cluster's network of one family of addresses lies on this machine.
///
/// @param cluster the cluster's name; its packet rules are in the table `kat-NAME`
/// @param nodeName the Node object of this machine
/// @param serviceRange addresses of Services
/// @param clusterRange addresses of all pods of the cluster
/// @param podRange addresses of this node's pods, inside `clusterRange`; the first is the gateway
/// @param listen addresses of the machine on which node ports and host ports answer outsiders;
///     `0.0.0.0` or `::` means all; empty means none
public record NetworkConfig(
        String cluster,
        String nodeName,
        IpRange serviceRange,
        IpRange clusterRange,
        IpRange podRange,
        List<String> listen) {

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
            if (!IpRange.isAddress(address) || IpFamily.of(address) != podRange.family()) {
                throw new IllegalArgumentException(
                        "listen address is not an " + podRange.family() + " address: " + address);
            }
        }
    }

    /// The family of all its addresses.
    public IpFamily family() {
        return podRange.family();
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
            return List.of(family().any());
        }
        Set<String> addresses = new LinkedHashSet<>(List.of(family().loopback(), gateway()));
        addresses.addAll(listen);
        return List.copyOf(addresses);
    }

    public boolean listensEverywhere() {
        return listen.contains(family().any());
    }
}
