package kat.proxy.podnetwork;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.proxy.NetworkConfig;

/// Addresses, routes and devices of one cluster and family of addresses on the machine.
///
/// - The **gateway**, the first address of the pod range, lies on the loopback device, so that
///   it is there before the first pod and whatever other devices do. API server and DNS listen
///   on it.
/// - A **route** for the service range leads to the loopback device, so that programs of the
///   machine reach Services also where there is no default route. Packet rules send them on.
/// - An **unreachable route** for the pod range: packets for a pod that is gone are refused at
///   once and never leave the machine.
/// - **Devices** of pods, which the container runtime makes.
///
/// **Threads:** one.
record HostTraces(NetworkConfig config, Commands commands) {

    private static final Pattern DEVICE = Pattern.compile("\\bdev (\\S+)");
    private static final Pattern NAMESPACE = Pattern.compile("\\blink-netns (cni-[0-9a-f-]+)");

    /// The first address of the pod range, with the length of its prefix.
    String gateway() {
        return config.gateway() + "/" + config.family().bits();
    }

    /// Makes what is not there yet.
    ///
    /// @throws kat.nftables.CommandException when the machine refuses
    void make() throws InterruptedException {
        String services = config.serviceRange().toString();
        commands.require(ip("addr", "replace", gateway(), "dev", "lo"));
        commands.require(ip("route", "replace", services, "dev", "lo", "src", config.gateway()));
        commands.require(ip("route", "replace", "unreachable", config.podRange().toString()));
    }

    /// Harmless when nothing is there.
    void remove() throws InterruptedException {
        removePodDevices();
        commands.run(ip("route", "delete", config.serviceRange().toString(), "dev", "lo"));
        commands.run(ip("route", "delete", "unreachable", config.podRange().toString()));
        commands.run(ip("addr", "delete", gateway(), "dev", "lo"));
    }

    private String[] ip(String... words) {
        List<String> line = new ArrayList<>(List.of("ip"));
        if (config.family() == IpFamily.IPV6) {
            line.add("-6");
        }
        line.addAll(List.of(words));
        return line.toArray(String[]::new);
    }

    /// Devices of pods that the container runtime left behind are those that a route to an
    /// address of the pod range goes through.
    private void removePodDevices() throws InterruptedException {
        String family = config.family() == IpFamily.IPV6 ? "-6" : "-4";
        String range = config.podRange().toString();
        String routes = commands.run("ip", family, "route", "show", "root", range).output();
        for (String route : routes.split("\n", -1)) {
            Matcher device = DEVICE.matcher(route);
            if (device.find() && device.group(1).startsWith("veth")) {
                String link = commands.run("ip", "-o", "link", "show", device.group(1)).output();
                commands.run("ip", "link", "delete", device.group(1));
                Matcher namespace = NAMESPACE.matcher(link);
                if (namespace.find()) {
                    commands.run("ip", "netns", "delete", namespace.group(1));
                }
            }
        }
    }
}
