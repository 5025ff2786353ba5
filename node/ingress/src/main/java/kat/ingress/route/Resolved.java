package kat.ingress.route;

import java.util.List;

/// What a name outside of the cluster stands for.
///
/// @param addresses in text form, sorted, each once
/// @param fault why there are none, for the Ingress; empty for no reason
public record Resolved(List<String> addresses, String fault) {

    public Resolved {
        addresses = List.copyOf(addresses);
    }
}
