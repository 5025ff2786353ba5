package kat.cri;

import java.util.List;

/// What a sandbox's `/etc/resolv.conf` holds.
public record DnsConfig(List<String> servers, List<String> searches, List<String> options) {

    public DnsConfig {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }
}
