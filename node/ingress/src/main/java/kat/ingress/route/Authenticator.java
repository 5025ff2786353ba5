package kat.ingress.route;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Who is asked before a route's requests pass, ready to be used.
///
/// @param upstream its servers; without any no request passes
/// @param headers further ones of the question; values may hold variables of nginx
public record Authenticator(
        ExternalAuth rule, Upstream upstream, SequencedMap<String, String> headers) {

    public Authenticator {
        headers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(headers));
    }

    /// The same but for its servers, which come and go.
    public Authenticator withoutServers() {
        return new Authenticator(rule, upstream.with(List.of()), headers);
    }

    /// The further headers of the question about one request.
    public SequencedMap<String, String> headers(Asked asked) {
        SequencedMap<String, String> expanded = new LinkedHashMap<>();
        headers.forEach((name, value) -> expanded.put(name, Variables.expand(value, asked)));
        return expanded;
    }
}
