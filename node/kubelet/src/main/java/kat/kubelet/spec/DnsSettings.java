package kat.kubelet.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.DnsConfig;

/// What a pod's `/etc/resolv.conf` holds, by its DNS policy.
///
/// **Source:** `pkg/kubelet/network/dns`.
///
/// @param clusterServers the cluster's name servers
/// @param clusterDomain for example `cluster.local`
/// @param machine what the machine itself uses
public record DnsSettings(List<String> clusterServers, String clusterDomain, DnsConfig machine) {

    private static final int MOST_SERVERS = 3;

    public DnsSettings {
        clusterServers = List.copyOf(clusterServers);
    }

    /// Parses the text of a `resolv.conf(5)`.
    public static DnsConfig parse(String text) {
        List<String> servers = new ArrayList<>();
        List<String> searches = List.of();
        List<String> options = List.of();
        for (String line : text.lines().toList()) {
            List<String> words = List.of(line.strip().split("\\s+"));
            switch (words.getFirst()) {
                case "nameserver" -> servers.addAll(words.subList(1, Math.min(2, words.size())));
                case "search" -> searches = words.subList(1, words.size());
                case "options" -> options = words.subList(1, words.size());
                default -> {}
            }
        }
        return new DnsConfig(servers, searches, options);
    }

    public DnsConfig of(KubeObject pod) {
        JsonObject spec = pod.spec();
        String policy = spec.string("dnsPolicy", "ClusterFirst");
        boolean cluster =
                policy.equals("ClusterFirstWithHostNet")
                        || (policy.equals("ClusterFirst") && !spec.bool("hostNetwork"));
        DnsConfig base = machine;
        if (policy.equals("None")) {
            base = new DnsConfig(List.of(), List.of(), List.of());
        } else if (cluster && !clusterServers.isEmpty()) {
            base = new DnsConfig(clusterServers, searches(pod.namespace()), List.of("ndots:5"));
        }
        return merge(base, spec.object("dnsConfig"));
    }

    private List<String> searches(String namespace) {
        List<String> searches = new ArrayList<>();
        searches.add(namespace + ".svc." + clusterDomain);
        searches.add("svc." + clusterDomain);
        searches.add(clusterDomain);
        searches.addAll(machine.searches());
        return distinct(searches);
    }

    private static DnsConfig merge(DnsConfig base, JsonObject more) {
        List<String> servers = new ArrayList<>(base.servers());
        servers.addAll(more.array("nameservers").strings());
        List<String> searches = new ArrayList<>(base.searches());
        searches.addAll(more.array("searches").strings());
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : base.options()) {
            options.put(option.split(":", 2)[0], option);
        }
        for (JsonObject option : more.array("options").objects()) {
            String name = option.string("name");
            String value = option.string("value");
            options.put(name, value.isEmpty() ? name : name + ":" + value);
        }
        List<String> used = distinct(servers);
        return new DnsConfig(
                used.subList(0, Math.min(MOST_SERVERS, used.size())),
                distinct(searches),
                List.copyOf(options.values()));
    }

    private static List<String> distinct(List<String> texts) {
        return new ArrayList<>(new LinkedHashSet<>(texts));
    }
}
